using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Reports;

/// <summary>
/// How Dice grows with clicks, and how many clicks it takes to be good enough. The number of clicks (NoC) follows the habit of interactive
/// segmentation (Sofiiuk et al. 2021, arXiv:2102.06583): the first click that reaches the target, and all N where none does; measured in Dice.
/// </summary>
public sealed record ClickCurve
{
    /// <summary>Dice after click 1, 2, ... N over all objects.</summary>
    public required IReadOnlyList<BootstrapInterval> DiceAfterClick { get; init; }

    /// <summary>Clicks needed, one row a target.</summary>
    public required IReadOnlyList<ClickTarget> Targets { get; init; }

    /// <summary>Brings the objects' series together, for the targets 0.85 and 0.90.</summary>
    /// <inheritdoc cref="Of(IReadOnlyList{ClickSeries}, IReadOnlyList{double}, SummaryOptions?)"/>
    public static ClickCurve Of(IReadOnlyList<ClickSeries> series, SummaryOptions? options = null) => Of(series, [0.85, 0.90], options);

    /// <summary>Brings the objects' series together.</summary>
    /// <param name="series">At least one object; all with the same number of clicks, at least 1.</param>
    /// <param name="targets">Dice values to reach.</param>
    /// <param name="options">Intervals; the defaults when null.</param>
    /// <exception cref="ArgumentException">No series, no clicks, or series of different lengths.</exception>
    public static ClickCurve Of(IReadOnlyList<ClickSeries> series, IReadOnlyList<double> targets, SummaryOptions? options = null)
    {
        int clicks = series.Count == 0 ? 0 : series[0].DiceAfterClick.Count;
        if (clicks == 0 || series.Any(s => s.DiceAfterClick.Count != clicks))
        {
            throw new ArgumentException("A click curve needs at least one object, and the same number of clicks for each.", nameof(series));
        }

        options ??= SummaryOptions.Default;
        string[] groups = [.. series.Select(s => s.Group)];
        return new ClickCurve
        {
            DiceAfterClick =
            [
                .. Enumerable.Range(0, clicks).Select(c => options.IntervalOf([.. series.Select(s => s.DiceAfterClick[c])], groups)),
            ],
            Targets = [.. targets.Select(t => Reach(series, groups, t, clicks, options))],
        };
    }

    private static ClickTarget Reach(
        IReadOnlyList<ClickSeries> series, string[] groups, double target, int clicks, SummaryOptions options)
    {
        var needed = new double[series.Count];
        int notReached = 0;
        for (int i = 0; i < needed.Length; i++)
        {
            int first = 0;
            while (first < clicks && series[i].DiceAfterClick[first] < target)
            {
                first++;
            }

            needed[i] = Math.Min(first + 1, clicks);
            notReached += first == clicks ? 1 : 0;
        }

        return new ClickTarget(target, options.IntervalOf(needed, groups), notReached, (double)notReached / needed.Length);
    }
}
