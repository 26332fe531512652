using SamTune.Imaging;

namespace SamTune.Inference.Volumes;

/// <summary>How a box is carried from slice to slice, and where that ends.</summary>
public sealed record VolumeOptions
{
    /// <summary>The options used when none are given.</summary>
    public static VolumeOptions Default { get; } = new();

    /// <summary>Share of its width and height by which each side of the found mask's box is moved out for the next slice; at least one pixel.</summary>
    public double BoxMargin { get; init; } = 0.1;

    /// <summary>Whether the low-res logits of the slice before are a prompt as well.</summary>
    public bool CarryLogits { get; init; }

    /// <summary>The object has ended where its area falls below this share of that on the keyframe's slice.</summary>
    public double MinimumAreaShare { get; init; } = 0.05;

    /// <summary>The object has ended where the model expects an IoU below this; the keyframe's own slice is kept all the same.</summary>
    public double MinimumPredictedIou { get; init; } = 0.5;

    /// <summary>Checks all values together.</summary>
    /// <exception cref="InputException">A value is out of its range.</exception>
    public void Validate()
    {
        Require(BoxMargin is >= 0 and <= 2, "box margin", BoxMargin, "a share from 0 to 2");
        Require(MinimumAreaShare is >= 0 and <= 1, "minimum area", MinimumAreaShare, "a share from 0 to 1");
        Require(MinimumPredictedIou is >= -1 and <= 1, "minimum predicted IoU", MinimumPredictedIou, "up to 1; -1 never stops");
    }

    private static void Require(bool holds, string name, double found, string needed)
    {
        if (!holds)
        {
            throw new InputException($"volume: {name} is {found}; needed is {needed}.");
        }
    }
}
