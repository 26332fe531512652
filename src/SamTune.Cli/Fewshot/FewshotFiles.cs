using System.Text;
using SamTune.Cli.Output;
using SamTune.Evaluation.Statistics;
using SamTune.Imaging;

namespace SamTune.Cli.Fewshot;

/// <summary>The four files that the few-shot experiment leaves: fewshot.json, fewshot.md, fewshot.csv and curve.png.</summary>
internal static class FewshotFiles
{
    /// <summary>Writes all four.</summary>
    public static void Write(string folder, FewshotReport report)
    {
        using var json = new StringWriter();
        JsonOutput.Write(json, report);
        Text(Path.Combine(folder, "fewshot.json"), json.ToString());
        Text(Path.Combine(folder, "fewshot.md"), Markdown(report));
        Text(Path.Combine(folder, "fewshot.csv"), Csv(report));
        byte[] png = FewshotCurve.Draw(report);
        AtomicFile.Write(Path.Combine(folder, "curve.png"), stream => stream.Write(png));
    }

    /// <summary>The table and what it says.</summary>
    public static string Markdown(FewshotReport report)
    {
        var text = new StringBuilder();
        text.Append($"# Few-shot training of {report.Base} on {report.Dataset}\n\n");
        text.Append("| shots | pictures | box Dice | box IoU | 1 point Dice | 1 point IoU | claim under test |\n| --- | --- | --- | --- | --- | --- | --- |\n");
        FewshotScores zero = report.ZeroShot;
        text.Append($"| zero-shot | 0 | {zero.BoxDice:0.000} | {zero.BoxIou:0.000} | {zero.PointDice:0.000} | {zero.PointIou:0.000} | {report.ClaimedZeroShot:0.0} % |\n");
        foreach (FewshotRow row in report.Rows)
        {
            string pictures = row.Pictures < row.Shots ? $"{row.Pictures} (all there are)" : $"{row.Pictures}";
            text.Append($"| {row.Shots} | {pictures} | {Cell(row.BoxDice)} | {Cell(row.BoxIou)} | {Cell(row.PointDice)} | {Cell(row.PointIou)} | {(row.Claim is { } claim ? $"{claim:0.0} %" : "-")} |\n");
        }

        int seeds = report.Rows[0].Cells.Count;
        text.Append('\n').Append(seeds > 1
            ? $"Mean over {seeds} seeds ± half of a 95 % t interval over the seeds. Each seed draws its own training pictures; the {report.TestPictures} test pictures are the same for all, so the interval says nothing about other patients or scenes.\n"
            : "One seed, so no interval.\n");
        if (seeds > 1 && report.Rows.Any(r => r.Pictures == report.TrainingPictures))
        {
            text.Append($"With all {report.TrainingPictures} pictures the seeds share them: there the interval covers the training's own chance only.\n");
        }

        text.Append($"Each training also used the same {report.ValidationPictures} labelled validation pictures, to decide when to stop.\n");
        text.Append("The claims are figures in circulation that are being tested here, without data set and prompt; they are no results of this run.\n");
        if (report.Warning != null)
        {
            text.Append($"Warning: {report.Warning}\n");
        }

        text.Append("\n## What more pictures brought\n\n");
        foreach (string finding in report.Findings)
        {
            text.Append($"- {finding}\n");
        }

        return text.ToString();
    }

    private static string Csv(FewshotReport report)
    {
        var text = new StringBuilder("shots,pictures,seed,steps,best_step,ending,box_dice,box_iou,point_dice,point_iou\n");
        void Line(int shots, int pictures, string training, FewshotScores s) =>
            text.Append($"{shots},{pictures},{training},{s.BoxDice:R},{s.BoxIou:R},{s.PointDice:R},{s.PointIou:R}\n");
        Line(0, 0, ",0,0,", report.ZeroShot);
        foreach (FewshotRow row in report.Rows)
        {
            foreach (FewshotCell cell in row.Cells)
            {
                Line(row.Shots, row.Pictures, $"{cell.Seed},{cell.Steps},{cell.BestStep},{cell.Ending}", cell.Scores);
            }
        }

        return text.ToString();
    }

    private static string Cell(StudentInterval interval) => interval.HalfWidth is { } half ? $"{interval.Mean:0.000} ± {half:0.000}" : $"{interval.Mean:0.000}";

    private static void Text(string path, string text) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
