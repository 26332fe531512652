using SamTune.Evaluation.Comparison;
using Spectre.Console;

namespace SamTune.Cli.Quickstart;

/// <summary>A comparison as a table on the console.</summary>
internal static class QuickstartTable
{
    private const int Width = 200;

    // Those that support a claim of generalisation first.
    private static readonly SubjectKind[] s_subjects = [SubjectKind.Other, SubjectKind.Same];

    /// <summary>Prints the table, the trivial scores and whether the methods rank as expected.</summary>
    public static void Print(TextWriter writer, ComparisonReport report)
    {
        (SubjectKind Subject, string Prompt)[] columns = [.. from s in s_subjects from p in report.Prompts select (s, p)];
        var table = new Table().Border(TableBorder.Markdown)
            .AddColumns(["method", "trained", "bytes", "steps to 95 %", "s to 95 %", "s", "training MB", "peak MB", .. columns.Select(c => $"{NameOf(c.Subject)}, {c.Prompt}")]);
        foreach (ComparedMethod? method in report.Methods.Prepend(null))
        {
            string[] costs = method == null
                ? [ComparedScore.ZeroShot, "0", "0", "-", "-", "-", "-", "-"]
                :
                [
                    method.Method, $"{method.TrainedParameters:n0}", $"{method.ArtifactBytes:n0}", method.Reach.Steps is { } steps ? $"{steps}" : "no gain",
                    method.Reach.Seconds is { } seconds ? $"{seconds:f0}" : "no gain", $"{method.Seconds:f0}",
                    method.TrainingMemoryBytes is { } bytes ? $"{bytes / 1e6:f0}" : "-", $"{method.PeakMemoryBytes / 1e6:f0}",
                ];
            table.AddRow([.. costs, .. columns.Select(c => Score(report.Overall(costs[0], c.Subject, c.Prompt)))]);
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = Width;
        writer.WriteLine();
        console.Write(table);
        writer.WriteLine("Dice, mean of the tasks; in brackets the gain over zero-shot. Only other subjects support a claim of generalisation.");
        writer.WriteLine("Training MB: the most that training took above the loaded base, measured on Linux alone; peak MB: the most of the whole process.");
        foreach (SubjectKind subject in s_subjects)
        {
            writer.WriteLine($"Trivial scores, {NameOf(subject)}: {string.Join(", ", report.Trivial.Where(t => t.Set == null && t.Subject == subject).Select(t => $"{t.Name} {t.Dice.Mean:f3}"))}.");
        }

        foreach (OrderCheck check in report.Order)
        {
            string outcome = check.Holds ? "holds" : $"does NOT hold ({string.Join("; ", check.Exceptions)})";
            writer.WriteLine($"{NameOf(check.Subject)}, {check.Prompt}: {check.Statement}: {outcome}.");
        }

        writer.WriteLine($"{report.Cost.Seconds / 60:f1} minutes, at most {report.Cost.PeakMemoryBytes / 1e6:f0} MB.");
    }

    private static string NameOf(SubjectKind subject) => subject == SubjectKind.Same ? "same subject" : "other subjects";

    private static string Score(ComparedScore score) => score.Gain is { } gain ? $"{score.Dice.Mean:f3} ({gain.Mean:+0.000;-0.000;0.000})" : $"{score.Dice.Mean:f3}";
}
