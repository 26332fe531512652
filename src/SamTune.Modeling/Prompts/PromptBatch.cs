using TorchSharp;

namespace SamTune.Modeling.Prompts;

/// <summary>
/// Prompts as tensors, for any number of images, each with any number of prompts, each with any number of clicks. Box corners and padding are
/// points with labels of their own, so that every prompt is one row of points.
/// </summary>
public sealed class PromptBatch : IDisposable
{
    /// <summary>No point here: the row is shorter than the longest. The decoder does not see it.</summary>
    public const int Absent = -2;

    /// <summary>The padding point that stands behind clicks without a box.</summary>
    public const int Padding = -1;

    /// <summary>A click on the background.</summary>
    public const int Background = 0;

    /// <summary>A click on the object.</summary>
    public const int Foreground = 1;

    /// <summary>A box's upper left corner.</summary>
    public const int BoxStart = 2;

    /// <summary>A box's lower right corner.</summary>
    public const int BoxEnd = 3;

    /// <summary>Takes ownership of the tensors.</summary>
    /// <param name="coordinates">Model-frame pixel coordinates x, y, (P, T, 2) float32; T may be 0.</param>
    /// <param name="labels">One of the constants of this class, (P, T) int64.</param>
    /// <param name="imageIndex">Which image each prompt belongs to, (P) int64.</param>
    /// <param name="hasAbsent">True when any label is <see cref="Absent"/>.</param>
    /// <param name="masks">Low-res logits of an earlier prediction, (P, 1, 4g, 4g) float32 for an embedding of g x g; null when no prompt has one.</param>
    /// <param name="hasMask">Which prompts have one, (P) bool; null when all or none have.</param>
    public PromptBatch(torch.Tensor coordinates, torch.Tensor labels, torch.Tensor imageIndex, bool hasAbsent, torch.Tensor? masks = null, torch.Tensor? hasMask = null)
        : this(coordinates, labels, imageIndex, hasAbsent, masks, hasMask, Any(labels, Padding, Foreground), Any(labels, BoxStart, BoxEnd))
    {
    }

    /// <summary>The same for a caller that knows the kinds of the points, so that they need not be read back from a device.</summary>
    internal PromptBatch(
        torch.Tensor coordinates, torch.Tensor labels, torch.Tensor imageIndex, bool hasAbsent, torch.Tensor? masks, torch.Tensor? hasMask, bool hasPoints, bool hasBoxes)
    {
        Coordinates = coordinates.DetachFromDisposeScope();
        Labels = labels.DetachFromDisposeScope();
        ImageIndex = imageIndex.DetachFromDisposeScope();
        HasAbsent = hasAbsent;
        HasPoints = hasPoints;
        HasBoxes = hasBoxes;
        Masks = masks?.DetachFromDisposeScope();
        HasMask = hasMask?.DetachFromDisposeScope();
    }

    /// <summary>Model-frame pixel coordinates x, y, (P, T, 2) float32.</summary>
    public torch.Tensor Coordinates { get; }

    /// <summary>Kinds of the points, (P, T) int64.</summary>
    public torch.Tensor Labels { get; }

    /// <summary>Image of each prompt, (P) int64.</summary>
    public torch.Tensor ImageIndex { get; }

    /// <summary>Whether any row is shorter than T.</summary>
    public bool HasAbsent { get; }

    /// <summary>Whether any prompt has clicks. Learned vectors of kinds that do not occur take no part, so that training leaves them alone.</summary>
    public bool HasPoints { get; }

    /// <summary>Whether any prompt has a box.</summary>
    public bool HasBoxes { get; }

    /// <summary>Low-res logits, (P, 1, 4g, 4g) float32, or null.</summary>
    public torch.Tensor? Masks { get; }

    /// <summary>Which prompts have low-res logits, (P) bool; null when all or none have.</summary>
    public torch.Tensor? HasMask { get; }

    /// <summary>P, the number of prompts.</summary>
    public long Count => Labels.shape[0];

    /// <summary>Some of the prompts in a row, as views of this batch.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <returns>The caller disposes it.</returns>
    internal PromptBatch Part(long first, long count) => new(
        Coordinates.narrow(0, first, count), Labels.narrow(0, first, count), ImageIndex.narrow(0, first, count), HasAbsent,
        Masks?.narrow(0, first, count), HasMask?.narrow(0, first, count), HasPoints, HasBoxes);

    /// <inheritdoc/>
    public void Dispose()
    {
        Coordinates.Dispose();
        Labels.Dispose();
        ImageIndex.Dispose();
        Masks?.Dispose();
        HasMask?.Dispose();
    }

    private static bool Any(torch.Tensor labels, int lowest, int highest)
    {
        using var scope = torch.NewDisposeScope();
        return ((labels >= lowest) & (labels <= highest)).any().item<bool>();
    }
}
