using SamTune.Imaging;

namespace SamTune.Inference.Automatic;

/// <summary>One object that was found without a prompt.</summary>
public sealed record AutomaticMask
{
    /// <summary>Its pixels, at the picture's size.</summary>
    public required RunLength Segmentation { get; init; }

    /// <summary>Number of its pixels.</summary>
    public required int Area { get; init; }

    /// <summary>The smallest box that holds it, in pixels of the picture.</summary>
    public required BoundingBox Box { get; init; }

    /// <summary>The model's own estimate of the mask's quality; about 0..1, not clamped.</summary>
    public required float PredictedIou { get; init; }

    /// <summary>How little the mask depends on the threshold, 0..1.</summary>
    public required float StabilityScore { get; init; }

    /// <summary>The click that it was found with, in pixels of the picture.</summary>
    public required PointPrompt Point { get; init; }

    /// <summary>The part of the picture that the model saw.</summary>
    public required PixelWindow Crop { get; init; }
}
