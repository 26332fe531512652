using SamTune.Imaging;

namespace SamTune.Inference;

/// <summary>One mask that the model proposes for a prompt; plain memory, nothing to dispose.</summary>
public sealed class PredictedMask
{
    /// <summary>The logit above which a pixel belongs to the object, as in the reference.</summary>
    public const float Threshold = 0;

    /// <summary>How far the threshold is moved for the stability score, in logits (the reference's stability_score_offset).</summary>
    public const float StabilityOffset = 1;

    internal PredictedMask(ImageSize size, float[] logits, float predictedIou, float[] lowResLogits)
    {
        Size = size;
        Logits = logits;
        PredictedIou = predictedIou;
        LowResLogits = lowResLogits;
        StabilityScore = Stability(StabilityOffset);
    }

    /// <summary>Size of the picture, in pixels.</summary>
    public ImageSize Size { get; }

    /// <summary>Logits of the picture's pixels, (H, W) row-major; above <see cref="Threshold"/> is the object. Shared, not a copy.</summary>
    public float[] Logits { get; }

    /// <summary>The model's own estimate of the mask's intersection over union with the object; about 0..1, not clamped.</summary>
    public float PredictedIou { get; }

    /// <summary>
    /// How little the mask depends on the threshold, 0..1: the intersection over union of the mask at threshold + 1 and that at threshold - 1
    /// (Kirillov et al. 2023, appendix B); 0 when both are empty.
    /// </summary>
    public float StabilityScore { get; }

    /// <summary>Logits at a quarter of the model's input, (S/4, S/4) row-major: the mask prompt of the next round. Shared, not a copy.</summary>
    public float[] LowResLogits { get; }

    /// <summary>The pixels above a threshold.</summary>
    /// <param name="threshold">In logits.</param>
    public BinaryMask ToBinaryMask(float threshold = Threshold)
    {
        var pixels = new byte[Logits.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = Logits[i] > threshold ? (byte)1 : (byte)0;
        }

        return new BinaryMask(Size, pixels);
    }

    /// <summary>The stability score with another offset.</summary>
    /// <param name="offset">How far the threshold is moved to either side, in logits; 0 or more.</param>
    public float Stability(float offset)
    {
        // The mask at the higher threshold lies within that at the lower one, so the two counts are intersection and union.
        long intersection = 0, union = 0;
        foreach (float logit in Logits)
        {
            intersection += logit > Threshold + offset ? 1 : 0;
            union += logit > Threshold - offset ? 1 : 0;
        }

        return union == 0 ? 0 : (float)((double)intersection / union);
    }
}
