namespace SamTune.Evaluation.Statistics;

/// <summary>How a bootstrap interval is drawn.</summary>
public sealed record BootstrapOptions
{
    /// <summary>The defaults: 95 %, 10,000 resamples, seed 0.</summary>
    public static BootstrapOptions Default { get; } = new();

    /// <summary>Resamples drawn, at least 1.</summary>
    public int Resamples { get; init; } = 10_000;

    /// <summary>Probability that the interval is meant to hold, strictly between 0 and 1.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Seed of the draws: the same values in the same order with the same seed give the same interval.</summary>
    public long Seed { get; init; }

    internal void Validate()
    {
        if (Resamples < 1)
        {
            throw new ArgumentException($"A bootstrap needs at least 1 resample; got {Resamples}.");
        }

        if (!(Confidence > 0 && Confidence < 1))
        {
            throw new ArgumentException($"A confidence lies between 0 and 1; got {Confidence}.");
        }
    }
}
