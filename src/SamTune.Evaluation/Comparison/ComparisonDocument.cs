using SamTune.Evaluation.Documents;

namespace SamTune.Evaluation.Comparison;

/// <summary>The comparison as a document: one text for Markdown and HTML, in which every number comes from the report.</summary>
internal static class ComparisonDocument
{
    public static IEnumerable<ReportBlock> Blocks(ComparisonReport report) =>
    [
        new Heading(1, report.Title),
        .. Opening(report),
        new Heading(2, "Do the methods rank as claimed?"),
        .. Order(report),
        new Heading(2, "Dice and IoU by method and prompt"),
        .. Results(report),
        new Heading(2, "The claims under test"),
        .. ClaimSection.Blocks(report),
        new Heading(2, "What each method costs"),
        ComparisonTables.Cost(report),
        new Paragraph(CostNote(report)),
        .. Pictures(report, PictureRole.LearningCurves),
        new Heading(2, "Task by task"),
        .. report.Prompts.SelectMany(p => new ReportBlock[] { new Paragraph($"Dice with {Words.Prompt(p)}:"), ComparisonTables.ByTask(report, p) }),
        new Heading(2, "Examples"),
        .. Pictures(report, PictureRole.Examples),
        .. RelevanceSection.Blocks(report),
        new Heading(2, "How this was measured"),
        .. ProtocolSection.Blocks(report),
    ];

    public static IEnumerable<ReportBlock> Pictures(ComparisonReport report, PictureRole role, string? method = null) =>
        report.Pictures.Where(p => p.Role == role && p.Method == method).Select(p => new Picture(p.File, p.Alternative, p.Caption, [.. p.Columns.Select(Words.MethodName)]));

    private static IEnumerable<ReportBlock> Opening(ComparisonReport report)
    {
        ComparisonProtocol protocol = report.Protocol;
        if (report.IsQuick)
        {
            yield return new Paragraph("A shortened run: few steps and few slices. It shows that everything works; its figures say nothing about the methods.");
        }

        yield return new Paragraph(
            $"{report.Methods.Count} ways to fine-tune the same base ({report.Base.Name}, {report.Base.Parameters:n0} parameters, {report.Base.InputSide} pixels) on the same "
            + $"{protocol.Tasks.Sum(t => t.TrainingPictures)} slices of one head, {protocol.Steps} steps of {protocol.BatchSize} slices each, measured beside the untouched base (zero-shot). "
            + $"The whole run took {report.Cost.Seconds / 60:0.0} minutes on {report.Cost.Processors} processors and at most {Words.Megabytes(report.Cost.PeakMemoryBytes)} MB of memory. "
            + "Every number below was measured in this run, but for the column of claims.");
        yield return new Paragraph(
            $"Test slices of the training subject resemble its training slices: they show that a method learned, not that it generalises. Only the other subjects "
            + $"({string.Join(", ", report.Sets.Where(s => s.Subject == SubjectKind.Other).Select(s => s.Group).Distinct())}) support that claim.");
    }

    private static IEnumerable<ReportBlock> Order(ComparisonReport report)
    {
        yield return new Bullets([.. report.Order.Select(Sentence)]);
        IEnumerable<SubjectKind> failing = report.Order.Where(o => !o.Holds).Select(o => o.Subject).Distinct();
        yield return new Paragraph(failing.Any()
            ? $"So the expected order does not hold everywhere in this run: see the lines above ({string.Join(" and ", failing.Select(Words.Subjects))})."
            : "So the expected order holds on every kind of subject and with every prompt that was measured.");
    }

    private static string Sentence(OrderCheck check)
    {
        string where = $"{Capital(Words.Subjects(check.Subject))}, {Words.Prompt(check.Prompt)}: {check.Statement}";
        return check.Holds ? $"{where}: holds." : $"{where}: does not hold ({string.Join("; ", check.Exceptions)}).";
    }

    private static IEnumerable<ReportBlock> Results(ComparisonReport report)
    {
        foreach (SubjectKind subject in report.Sets.Select(s => s.Subject).Distinct().OrderDescending())
        {
            foreach (string prompt in report.Prompts)
            {
                yield return new Heading(3, $"{Capital(Words.Subjects(subject))}, {Words.Prompt(prompt)}");
                yield return ComparisonTables.Results(report, subject, prompt);
            }
        }

        yield return new Paragraph(
            "Means over the tasks, each task counting the same; in brackets 95 % bootstrap intervals, drawn over the objects within each task. The gain is taken object by object. "
            + "Neighbouring slices of one volume resemble each other, so the true uncertainty is larger than the brackets, above all about other people.");
        foreach (ReportBlock picture in Pictures(report, PictureRole.Scores))
        {
            yield return picture;
        }
    }

    private static string CostNote(ComparisonReport report) =>
        $"The own gain of a method is its best validation Dice less that before its first step, when learned prompt tokens are still as drawn and the other methods change nothing. Validation is every {report.Protocol.ValidateEvery} steps with "
        + $"{string.Join(" and ", report.Protocol.ValidationPrompts.Select(Words.Prompt))}, so the steps to 95 % are known to that precision; seconds include the validations. {MemoryNote(report)} "
        + "Each artifact was loaded onto a fresh base and compared with the trained model, logit by logit.";

    private static string MemoryNote(ComparisonReport report) => report.Methods.Any(m => m.TrainingMemoryBytes == null)
        ? "What a method's own training took of the memory cannot be measured on this system, only on Linux; the peak is that of the whole process until then, so it cannot be compared between methods."
        : "Memory of training is the peak while the method trained less what the process held before its first step, with the base and the method's own values loaded: gradients, the optimiser's state and what the backward pass keeps. It can be "
            + "compared between methods. The peak of the process has base, libraries and what earlier trainings left behind in it: it says how much memory the machine needs.";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
