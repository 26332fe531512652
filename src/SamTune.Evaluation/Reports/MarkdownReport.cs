using System.Text;
using SamTune.Evaluation.Statistics;
using SamTune.Imaging;
using static SamTune.Evaluation.Reports.MarkdownTable;

namespace SamTune.Evaluation.Reports;

/// <summary>An evaluation report as Markdown tables: a mean, and its interval in brackets.</summary>
public static class MarkdownReport
{
    /// <summary>Writes the report.</summary>
    /// <param name="path">File to create or replace, atomically.</param>
    /// <param name="report">The report.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, EvaluationReport report) =>
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(Render(report))));

    /// <summary>The report as text; lines end in LF.</summary>
    /// <param name="report">The report.</param>
    public static string Render(EvaluationReport report)
    {
        var text = new StringBuilder();
        text.Append($"# {Plain(report.Title)}\n\n");
        AppendScores(text, report);
        AppendVolumes(text, report);
        AppendClicks(text, report.ClickCurve);
        AppendLooseness(text, report.BoxLooseness);
        AppendBaselines(text, report.Baselines);
        return text.ToString();
    }

    private static void AppendScores(StringBuilder text, EvaluationReport report)
    {
        AppendHeader(
            text, "Class", "Prompt", "Objects", "Groups", "Dice", "IoU", $"Surface Dice at {report.SurfaceToleranceMillimetres} mm",
            "HD95, mm", "HD95 infinite", "Empty predictions");
        EvaluationSummary summary = report.Summary;
        IEnumerable<ScoreSummary> rows = [summary.Overall, .. summary.ByPromptKind, .. summary.ByClass, .. summary.ByClassAndPromptKind];
        foreach (ScoreSummary row in rows)
        {
            AppendRow(
                text, row.ClassName ?? "all", row.PromptKind ?? "all", $"{row.Count}", $"{row.GroupCount}",
                Interval(row.Dice.Interval, "0.000"), Interval(row.IntersectionOverUnion.Interval, "0.000"),
                Interval(row.SurfaceDice.Interval, "0.000"), Interval(row.HausdorffDistance95.Interval, "0.00"),
                $"{row.HausdorffDistance95.NotFinite}", $"{row.EmptyPredictions}");
        }

        text.Append($"\nBrackets: {report.Confidence * 100:0.#} % bootstrap interval of the mean, ")
            .Append($"overall by {Unit(summary.Overall.Dice.Interval)}. ")
            .Append("HD95 is averaged where it is finite; it is infinite where only one of prediction and truth is empty.\n");
    }

    private static void AppendVolumes(StringBuilder text, EvaluationReport report)
    {
        if (report.Volumes.Count == 0)
        {
            return;
        }

        text.Append("\n## Volumes\n\n");
        AppendHeader(
            text, "Volume", "Class", "Prompt on each slice", "Slices", "Dice", "IoU", $"Surface Dice at {report.SurfaceToleranceMillimetres} mm", "HD95, mm", "ASSD, mm");
        foreach (VolumeScore row in report.Volumes)
        {
            AppendRow(
                text, row.Volume, row.ClassName, row.PromptKind, $"{row.Slices}", $"{row.Dice:0.000}", $"{row.IntersectionOverUnion:0.000}", $"{row.SurfaceDice:0.000}",
                $"{row.HausdorffDistance95:0.00}", $"{row.AverageSurfaceDistance:0.00}");
        }
    }

    private static void AppendClicks(StringBuilder text, ClickCurve? curve)
    {
        if (curve == null)
        {
            return;
        }

        text.Append("\n## Clicks\n\n");
        AppendHeader(text, "Clicks", "Dice");
        for (int i = 0; i < curve.DiceAfterClick.Count; i++)
        {
            AppendRow(text, $"{i + 1}", Interval(curve.DiceAfterClick[i], "0.000"));
        }

        text.Append('\n');
        AppendHeader(text, "Dice to reach", "Clicks needed", "Not reached");
        foreach (ClickTarget target in curve.Targets)
        {
            AppendRow(text, $"{target.Dice:0.00##}", Interval(target.Clicks, "0.00"), $"{target.ShareNotReached * 100:0.0} %");
        }
    }

    private static void AppendLooseness(StringBuilder text, BoxLoosenessCurve? curve)
    {
        if (curve == null)
        {
            return;
        }

        text.Append("\n## Box looseness\n\n");
        AppendHeader(text, "Each side moved out by", "Dice");
        foreach (BoxLoosenessPoint point in curve.Points)
        {
            AppendRow(text, $"{point.Looseness * 100:0.#} %", Interval(point.Dice, "0.000"));
        }
    }

    private static void AppendBaselines(StringBuilder text, IReadOnlyList<BaselineScore> baselines)
    {
        if (baselines.Count == 0)
        {
            return;
        }

        text.Append("\n## Baselines\n\n");
        AppendHeader(text, "Method", "Dice");
        foreach (BaselineScore baseline in baselines)
        {
            AppendRow(text, baseline.Name, Interval(baseline.Dice, "0.000"));
        }
    }

    private static string Unit(BootstrapInterval? interval) => interval?.ResampledBy == ResamplingUnit.Group ? "group" : "object";
}
