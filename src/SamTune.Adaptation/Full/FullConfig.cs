namespace SamTune.Adaptation.Full;

/// <summary>Full fine-tuning: the base weights themselves are trained, with any of the three parts frozen.</summary>
public sealed record FullConfig : MethodConfig
{
    /// <summary>Name on the command line and in files.</summary>
    public const string MethodName = "full";

    /// <summary>MedSAM's recipe: everything but the prompt encoder (Ma et al. 2024, arXiv:2304.12306, "Training protocol").</summary>
    public static FullConfig MedSam { get; } = new() { FreezePromptEncoder = true };

    /// <summary>Keeps the image encoder as it is.</summary>
    public bool FreezeImageEncoder { get; init; }

    /// <summary>Keeps the prompt encoder as it is.</summary>
    public bool FreezePromptEncoder { get; init; }

    /// <summary>Keeps the mask decoder as it is.</summary>
    public bool FreezeMaskDecoder { get; init; }

    /// <summary>
    /// Factor on the learning rate for each encoder block further from the output, 0 (exclusive) .. 1; 1 is the same rate everywhere
    /// (Bao et al. 2022, "BEiT", appendix H).
    /// </summary>
    public double LayerDecay { get; init; } = 1;

    /// <inheritdoc/>
    public override string Method => MethodName;

    /// <summary>1e-5: a hundredth of the rate that SAM was trained with.</summary>
    public override double DefaultLearningRate => 1e-5;

    /// <inheritdoc/>
    protected override void ValidateMethod()
    {
        if (FreezeImageEncoder && FreezePromptEncoder && FreezeMaskDecoder)
        {
            throw new ArgumentException("full: all three parts are frozen; leave at least one of encoder, prompt encoder and decoder to train.");
        }

        if (!(LayerDecay is > 0 and <= 1))
        {
            throw new ArgumentException($"full: layer decay is {LayerDecay}; it must be above 0 and at most 1.");
        }
    }
}
