using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Relevance;

/// <summary>Figures of single pictures to means with intervals; pictures of one group (patient, volume, scene) are drawn together.</summary>
/// <param name="groups">The group of each picture.</param>
internal sealed class Pooling(IReadOnlyList<string> groups)
{
    public RegionSummary Regions(IReadOnlyList<SampleComparison> samples, Func<SampleComparison, (double Inside, double Outside)> figure) =>
        new(Interval([.. samples.Select(s => figure(s).Inside)])!, Interval([.. samples.Select(s => figure(s).Outside)]));

    public AttentionChange Attention(IReadOnlyList<SampleComparison> samples, Func<SampleComparison, SharesBeforeAfter> figure) => new(
        Paired([.. samples.Select(s => figure(s).Before.Inside)], [.. samples.Select(s => figure(s).After.Inside)]),
        Paired([.. samples.Select(s => figure(s).Before.Outside)], [.. samples.Select(s => figure(s).After.Outside)]));

    private PairedChange Paired(double[] before, double[] after) =>
        new(before.Average(), after.Average(), Interval([.. before.Zip(after, (b, a) => a - b)])!);

    // Pictures without the region have no figure (NaN); null when none has one.
    private BootstrapInterval? Interval(double[] values)
    {
        int[] present = [.. Enumerable.Range(0, values.Length).Where(i => !double.IsNaN(values[i]))];
        return present.Length == 0 ? null : BootstrapInterval.OfMean([.. present.Select(i => values[i])], [.. present.Select(i => groups[i])]);
    }
}
