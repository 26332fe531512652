using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Reports;

/// <summary>How scores are brought together.</summary>
public sealed record SummaryOptions
{
    /// <summary>The defaults.</summary>
    public static SummaryOptions Default { get; } = new();

    /// <summary>Resamples, confidence and seed of the intervals.</summary>
    public BootstrapOptions Bootstrap { get; init; } = BootstrapOptions.Default;

    /// <summary>Draw whole groups (patients, volumes), since slices of one volume resemble each other; false draws objects.</summary>
    public bool ClusterByGroup { get; init; } = true;

    internal BootstrapInterval IntervalOf(IReadOnlyList<double> values, IReadOnlyList<string> groups) =>
        ClusterByGroup ? BootstrapInterval.OfMean(values, groups, Bootstrap) : BootstrapInterval.OfMean(values, Bootstrap);
}
