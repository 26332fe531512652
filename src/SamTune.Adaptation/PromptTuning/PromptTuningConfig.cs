namespace SamTune.Adaptation.PromptTuning;

/// <summary>Prompt tuning: learned tokens that stand before the user's prompt tokens; everything else is frozen (Lester et al. 2021).</summary>
public sealed record PromptTuningConfig : MethodConfig
{
    /// <summary>Name on the command line and in files.</summary>
    public const string MethodName = "prompt";

    /// <summary>Number of learned tokens.</summary>
    public int Tokens { get; init; } = 10;

    /// <inheritdoc/>
    public override string Method => MethodName;

    /// <inheritdoc/>
    public override double DefaultLearningRate => 1e-2;

    /// <inheritdoc/>
    protected override void ValidateMethod()
    {
        if (Tokens is < 1 or > 1024)
        {
            throw new ArgumentException($"prompt: {Tokens} tokens are asked for; 1 to 1024 are possible.");
        }
    }
}
