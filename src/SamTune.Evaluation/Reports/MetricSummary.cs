using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Reports;

/// <summary>One metric over many objects.</summary>
/// <param name="Interval">Mean with its interval over the finite values; null when there is none.</param>
/// <param name="NotFinite">
/// Values left out because they are not finite: for the Hausdorff distance, objects of which exactly one mask was empty. A mean is only
/// as good as this number is small.
/// </param>
public sealed record MetricSummary(BootstrapInterval? Interval, int NotFinite)
{
    internal static MetricSummary Of(IReadOnlyList<ObjectScore> scores, Func<ObjectScore, double?> metric, SummaryOptions options)
    {
        var values = new List<double>(scores.Count);
        var groups = new List<string>(scores.Count);
        int notFinite = 0;
        foreach (ObjectScore score in scores)
        {
            if (metric(score) is not { } value)
            {
                continue;
            }

            if (double.IsFinite(value))
            {
                values.Add(value);
                groups.Add(score.Group);
            }
            else
            {
                notFinite++;
            }
        }

        return new MetricSummary(values.Count == 0 ? null : options.IntervalOf(values, groups), notFinite);
    }
}
