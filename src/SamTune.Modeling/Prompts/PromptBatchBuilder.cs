using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Modeling.Preprocessing;
using TorchSharp;

namespace SamTune.Modeling.Prompts;

/// <summary>Turns prompts in pixels of the original pictures into a <see cref="PromptBatch"/> in the model's frame.</summary>
public static class PromptBatchBuilder
{
    /// <summary>Collects the prompts of several images.</summary>
    /// <param name="images">For each image: where it lies in the model's input, and its prompts; any number each, also none.</param>
    /// <param name="device">Where the tensors go.</param>
    /// <returns>All prompts, image by image; the caller disposes it.</returns>
    /// <exception cref="InputException">A low-res mask has the wrong size, or a coordinate is not a number.</exception>
    public static PromptBatch Build(IReadOnlyList<(InputFrame Frame, IReadOnlyList<PromptSet> Prompts)> images, torch.Device device)
        => Build([.. images.SelectMany((image, i) => image.Prompts.Select(p => (i, image.Frame, p)))], device);

    /// <summary>Collects prompts that each say where their picture lies; two pictures that are mixed into one image have a frame each.</summary>
    /// <param name="rows">For each prompt: the image it belongs to, where its picture lies in the model's input, and the prompt.</param>
    /// <param name="device">Where the tensors go.</param>
    /// <returns>The prompts in the order given; the caller disposes it.</returns>
    /// <exception cref="InputException">A low-res mask has the wrong size, or a coordinate is not a number.</exception>
    public static PromptBatch Build(IReadOnlyList<(int Image, InputFrame Frame, PromptSet Prompt)> rows, torch.Device device)
    {
        var points = rows.Select(r => PointsOf(r.Prompt, r.Frame)).ToList();
        int longest = points.Count == 0 ? 0 : points.Max(p => p.Count);
        var coordinates = new float[rows.Count * longest * 2];
        var labels = new long[rows.Count * longest];
        Array.Fill(labels, PromptBatch.Absent);
        for (int row = 0; row < rows.Count; row++)
        {
            for (int i = 0; i < points[row].Count; i++)
            {
                (coordinates[(row * longest + i) * 2], coordinates[(row * longest + i) * 2 + 1], labels[row * longest + i]) = points[row][i];
            }
        }

        using var scope = torch.NewDisposeScope();
        (torch.Tensor? masks, torch.Tensor? hasMask) = MasksOf([.. rows.Select(r => (r.Frame, r.Prompt))], device);
        return new PromptBatch(
            DeviceCopy.To(torch.tensor(coordinates, [rows.Count, longest, 2]), device),
            DeviceCopy.To(torch.tensor(labels, [rows.Count, longest]), device),
            DeviceCopy.To(torch.tensor(rows.Select(r => (long)r.Image).ToArray(), [rows.Count]), device),
            points.Any(p => p.Count < longest), masks, hasMask,
            labels.Any(l => l is >= PromptBatch.Padding and <= PromptBatch.Foreground), labels.Any(l => l >= PromptBatch.BoxStart));
    }

    private static List<(float X, float Y, long Label)> PointsOf(PromptSet prompt, InputFrame frame)
    {
        var points = new List<(float, float, long)>();
        void Add(float x, float y, long label)
        {
            if (!float.IsFinite(x) || !float.IsFinite(y))
            {
                throw new InputException($"prompt: a coordinate is ({x}, {y}); finite pixel coordinates of the picture are needed.");
            }

            (float mappedX, float mappedY) = frame.ToModel(x, y);
            points.Add((mappedX, mappedY, label));
        }

        foreach (PointPrompt point in prompt.Points)
        {
            Add(point.X, point.Y, point.IsForeground ? PromptBatch.Foreground : PromptBatch.Background);
        }

        if (prompt.Box is { } box)
        {
            Add(box.X0, box.Y0, PromptBatch.BoxStart);
            Add(box.X1, box.Y1, PromptBatch.BoxEnd);
        }
        else if (points.Count > 0)
        {
            points.Add((0, 0, PromptBatch.Padding));
        }

        return points;
    }

    private static (torch.Tensor? Masks, torch.Tensor? HasMask) MasksOf(IReadOnlyList<(InputFrame Frame, PromptSet Prompt)> rows, torch.Device device)
    {
        if (rows.All(r => r.Prompt.LowResMask == null))
        {
            return (null, null);
        }

        int side = rows[0].Frame.LowResSide;
        var values = new float[rows.Count * side * side];
        for (int row = 0; row < rows.Count; row++)
        {
            if (rows[row].Prompt.LowResMask is { } mask)
            {
                if (mask.Length != side * side)
                {
                    throw new InputException($"prompt: the mask input has {mask.Length} values; {side}x{side} low-res logits of an earlier prediction are needed.");
                }

                mask.CopyTo(values, row * side * side);
            }
        }

        bool[] present = [.. rows.Select(r => r.Prompt.LowResMask != null)];
        return (DeviceCopy.To(torch.tensor(values, [rows.Count, 1, side, side]), device),
            present.All(p => p) ? null : DeviceCopy.To(torch.tensor(present, [rows.Count]), device));
    }
}
