namespace SamTune.Inference;

/// <summary>What the model answers to one prompt.</summary>
/// <param name="Masks">One mask, or the alternatives of an ambiguous prompt with the highest predicted IoU first.</param>
public sealed record Prediction(IReadOnlyList<PredictedMask> Masks)
{
    /// <summary>The mask with the highest predicted IoU.</summary>
    public PredictedMask Best => Masks[0];
}
