using SamTune.Evaluation.Statistics;
using ScottPlot;

namespace SamTune.Cli.Fewshot;

/// <summary>The curve of a few-shot experiment: curve.png, and the points that it is drawn from.</summary>
internal static class FewshotCurve
{
    /// <summary>Width of the picture, in pixels.</summary>
    public const int Width = 1000;

    /// <summary>Height of the picture, in pixels.</summary>
    public const int Height = 600;

    /// <summary>What was measured, by prompt, then the claims under test.</summary>
    public static IReadOnlyList<CurveSeries> Series(FewshotReport report) =>
    [
        Measured(report, "box", report.ZeroShot.BoxDice, r => r.BoxDice),
        Measured(report, "1 point", report.ZeroShot.PointDice, r => r.PointDice),
        new("claims under test", [0, .. FewshotPlan.Claims.Keys.Select(k => (double)k)], [report.ClaimedZeroShot / 100, .. FewshotPlan.Claims.Values.Select(v => v / 100)], HalfWidths: null),
    ];

    /// <summary>The picture, as PNG.</summary>
    public static byte[] Draw(FewshotReport report)
    {
        using var plot = new Plot();
        foreach (CurveSeries series in Series(report))
        {
            ScottPlot.Plottables.Scatter line = plot.Add.Scatter((double[])[.. series.Pictures], (double[])[.. series.Dice]);
            line.LegendText = series.Name;
            if (series.HalfWidths is { } halves)
            {
                plot.Add.ErrorBar((double[])[.. series.Pictures], (double[])[.. series.Dice], (double[])[.. halves]).Color = line.Color;
            }
            else
            {
                line.LinePattern = LinePattern.Dashed;
            }
        }

        plot.XLabel("training pictures (0: zero-shot)");
        plot.YLabel("Dice on held-out pictures");
        plot.Axes.SetLimitsY(0, 1);
        plot.ShowLegend(Edge.Bottom);
        return plot.GetImage(Width, Height).GetImageBytes();
    }

    private static CurveSeries Measured(FewshotReport report, string name, double zeroShot, Func<FewshotRow, StudentInterval> score)
    {
        // Rows that had to take all pictures are one point.
        FewshotRow[] rows = [.. report.Rows.DistinctBy(r => r.Pictures)];
        return new(name, [0, .. rows.Select(r => (double)r.Pictures)], [zeroShot, .. rows.Select(r => score(r).Mean)], [0, .. rows.Select(r => score(r).HalfWidth ?? 0)]);
    }
}

/// <summary>A line of the curve.</summary>
/// <param name="Name">What stands in the legend.</param>
/// <param name="Pictures">Training pictures of each point.</param>
/// <param name="Dice">Dice of each point, 0..1.</param>
/// <param name="HalfWidths">Half of each point's interval, 0 where one seed or no training gives none; null where nothing was measured.</param>
internal sealed record CurveSeries(string Name, IReadOnlyList<double> Pictures, IReadOnlyList<double> Dice, IReadOnlyList<double>? HalfWidths);
