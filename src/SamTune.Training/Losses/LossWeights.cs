using static TorchSharp.torch;

namespace SamTune.Training.Losses;

/// <summary>How the loss terms are weighed; a term with weight 0 is not computed.</summary>
public sealed record LossWeights
{
    /// <summary>MedSAM's: Dice and cross entropy with equal weight (Ma et al. 2024, "Loss function"), and the IoU head.</summary>
    public static LossWeights MedSam { get; } = new();

    /// <summary>SAM's: focal to Dice 20 : 1, and the IoU head (Kirillov et al. 2023, section 3 and appendix A).</summary>
    public static LossWeights Sam { get; } = new() { Focal = 20, CrossEntropy = 0 };

    /// <summary>Weight of the Dice loss.</summary>
    public double Dice { get; init; } = 1;

    /// <summary>Weight of the cross entropy.</summary>
    public double CrossEntropy { get; init; } = 1;

    /// <summary>Weight of the focal loss.</summary>
    public double Focal { get; init; }

    /// <summary>Weight of the squared error of the estimated IoU.</summary>
    public double Iou { get; init; } = 1;

    /// <summary>Checks the weights.</summary>
    /// <exception cref="ArgumentException">One is negative, or none of the mask terms counts.</exception>
    public void Validate()
    {
        if (Dice < 0 || CrossEntropy < 0 || Focal < 0 || Iou < 0 || Dice + CrossEntropy + Focal == 0)
        {
            throw new ArgumentException("loss: weights must not be negative, and one of dice, crossEntropy and focal must be above 0.");
        }
    }

    /// <summary>The weighted sum per mask, without the IoU term.</summary>
    /// <inheritdoc cref="SegmentationLosses.Dice"/>
    public Tensor PerMask(Tensor logits, Tensor target, Tensor? valid)
    {
        using var scope = NewDisposeScope();
        var total = zeros(logits.shape[0], logits.shape[1], device: logits.device);
        total = Dice > 0 ? total + Dice * SegmentationLosses.Dice(logits, target, valid) : total;
        total = CrossEntropy > 0 ? total + CrossEntropy * SegmentationLosses.CrossEntropy(logits, target, valid) : total;
        total = Focal > 0 ? total + Focal * SegmentationLosses.Focal(logits, target, valid) : total;
        return total.MoveToOuterDisposeScope();
    }
}
