using static TorchSharp.torch;

namespace SamTune.Training.Losses;

/// <summary>The loss terms of SAM and MedSAM, each per mask. Logits and targets are (P, M, H, W); results are (P, M), differentiable, the caller's to dispose.</summary>
public static class SegmentationLosses
{
    // Keeps empty masks finite; the smoothing of the original V-Net form (Milletari et al. 2016), as in the goldens.
    private const double Smoothing = 1;

    /// <summary>1 - (2 sum(p t) + 1) / (sum p + sum t + 1), p the sigmoid of the logits, over the pixels that count.</summary>
    /// <param name="logits">(P, M, H, W).</param>
    /// <param name="target">0 or 1, (P, 1 or M, H, W).</param>
    /// <param name="valid">1 where a pixel counts, 0 in the padding and without a measurement, broadcastable to the logits; null when all count.</param>
    public static Tensor Dice(Tensor logits, Tensor target, Tensor? valid = null)
    {
        using var scope = NewDisposeScope();
        var p = Masked(logits.sigmoid(), valid);
        var t = Masked(target, valid).expand_as(logits);
        var overlap = (p * t).sum([2, 3]);
        return (1 - (2 * overlap + Smoothing) / (p.sum([2, 3]) + t.sum([2, 3]) + Smoothing)).MoveToOuterDisposeScope();
    }

    /// <summary>Binary cross entropy, mean over the pixels that count.</summary>
    /// <inheritdoc cref="Dice"/>
    public static Tensor CrossEntropy(Tensor logits, Tensor target, Tensor? valid = null)
    {
        using var scope = NewDisposeScope();
        return Mean(CrossEntropyMap(logits, target), valid).MoveToOuterDisposeScope();
    }

    /// <summary>Focal loss with alpha 0.25 and gamma 2 (Lin et al. 2017, equation 5), mean over the pixels that count.</summary>
    /// <inheritdoc cref="Dice"/>
    public static Tensor Focal(Tensor logits, Tensor target, Tensor? valid = null)
    {
        using var scope = NewDisposeScope();
        var p = logits.sigmoid();
        var correct = p * target + (1 - p) * (1 - target);
        var alpha = 0.25 * target + 0.75 * (1 - target);
        return Mean(alpha * (1 - correct).square() * CrossEntropyMap(logits, target), valid).MoveToOuterDisposeScope();
    }

    /// <summary>IoU of the thresholded logits with the target; no gradient.</summary>
    /// <inheritdoc cref="Dice"/>
    public static Tensor TrueIou(Tensor logits, Tensor target, Tensor? valid = null)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var p = Masked((logits > 0).to(float32), valid);
        var t = Masked(target, valid).expand_as(logits);
        var overlap = (p * t).sum([2, 3]);
        return (overlap / (p.sum([2, 3]) + t.sum([2, 3]) - overlap).clamp_min(1e-6)).MoveToOuterDisposeScope();
    }

    private static Tensor CrossEntropyMap(Tensor logits, Tensor target) =>
        logits.clamp_min(0) - logits * target + (-logits.abs()).exp().log1p();

    private static Tensor Masked(Tensor values, Tensor? valid) => valid is null ? values : values * valid;

    private static Tensor Mean(Tensor map, Tensor? valid) => valid is null
        ? map.mean([2, 3])
        // At least one: of a picture whose pixels all lost their measurement in scaling none counts.
        : (map * valid).sum([2, 3]) / valid.expand_as(map).sum([2, 3]).clamp_min(1);
}
