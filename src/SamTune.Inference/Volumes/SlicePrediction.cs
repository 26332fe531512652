using SamTune.Imaging;

namespace SamTune.Inference.Volumes;

/// <summary>Why an object was not followed further.</summary>
public enum VolumeStop
{
    /// <summary>Too little of it was found: the object ends here.</summary>
    Vanished,

    /// <summary>The model expected its mask to be wrong.</summary>
    Uncertain,
}

/// <summary>One object on one slice.</summary>
/// <param name="Label">The object.</param>
/// <param name="Slice">Number of the slice along the axis, from 0.</param>
/// <param name="Keyframe">Slice of the keyframe that it was followed from; the same where a person drew the box.</param>
/// <param name="Box">The box that the model was given, in pixels.</param>
/// <param name="Area">Pixels of the mask.</param>
/// <param name="PredictedIou">The model's own estimate of the mask's quality.</param>
/// <param name="StabilityScore">How little the mask depends on the threshold, 0..1.</param>
/// <param name="Stop">Why the object ends here, and the mask is not kept; null where it goes on.</param>
public sealed record SlicePrediction(int Label, int Slice, int Keyframe, BoundingBox Box, int Area, float PredictedIou, float StabilityScore, VolumeStop? Stop);
