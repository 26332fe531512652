using BenchmarkDotNet.Mathematics;

namespace SamTune.Bench;

/// <summary>Durations that were measured one by one.</summary>
internal static class Samples
{
    /// <summary>A percentile, linear between neighbours.</summary>
    /// <param name="values">Any order, at least one.</param>
    /// <param name="percent">0..100.</param>
    public static double Percentile(IReadOnlyList<double> values, int percent) => new Statistics(values).Percentiles.Percentile(percent);
}
