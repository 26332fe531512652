using SamTune.Evaluation.Documents;

namespace SamTune.Evaluation.Comparison;

/// <summary>The tables of a comparison.</summary>
internal static class ComparisonTables
{
    /// <summary>All methods and the trivial ones on the sets of one kind of subject, with one prompt.</summary>
    public static Table Results(ComparisonReport report, SubjectKind subject, string prompt) => new(
        ["Method", "Dice", "IoU", "Gain over zero-shot (Dice)"],
        [
            .. Methods(report).Select(method =>
            {
                ComparedScore score = report.Overall(method, subject, prompt);
                return (IReadOnlyList<string>)[Words.MethodName(method), Words.Interval(score.Dice), Words.Interval(score.Iou), Words.Signed(score.Gain)];
            }),
            .. report.Trivial.Where(t => t.Set == null && t.Subject == subject)
                .Select(t => (IReadOnlyList<string>)[$"{t.Name} (learns nothing)", Words.Interval(t.Dice), Words.Missing, Words.Missing]),
        ]);

    /// <summary>Mean Dice of everything on every set.</summary>
    public static Table ByTask(ComparisonReport report, string prompt)
    {
        string[] methods = [.. Methods(report)], trivial = [.. report.Trivial.Select(t => t.Name).Distinct()];
        return new Table(
            ["Task", "Subject", "Objects", .. methods.Select(Words.MethodName), .. trivial],
            [
                .. report.Sets.Select(set => (IReadOnlyList<string>)
                [
                    set.Name,
                    set.Subject == SubjectKind.Same ? "same" : "other",
                    $"{set.Objects}",
                    .. methods.Select(m => $"{report.Scores.Single(s => s.Set == set.Name && s.Method == m && s.Prompt == prompt).Dice.Mean:0.000}"),
                    .. trivial.Select(t => $"{report.Trivial.Single(s => s.Set == set.Name && s.Name == t).Dice.Mean:0.000}"),
                ]),
            ]);
    }

    /// <summary>What training each method took.</summary>
    public static Table Cost(ComparisonReport report) => new(
        [
            "Method", "Trained parameters", "Share of the base", "Artifact, bytes", "Reproduces to the bit", "Learning rate", "Steps", "Seconds", "Own gain (validation Dice)",
            "Steps to 95 % of it", "Seconds to 95 % of it", "Memory of training, MB", "Peak of the process, MB",
        ],
        [
            .. report.Methods.Select(m => (IReadOnlyList<string>)
            [
                Words.MethodName(m.Method), $"{m.TrainedParameters:n0}", $"{100.0 * m.TrainedParameters / report.Base.Parameters:0.00} %", $"{m.ArtifactBytes:n0}",
                m.ArtifactReproduces ? "yes" : "NO", $"{m.LearningRate:0.#####}", $"{m.Steps}", $"{m.Seconds:0.0}", $"{m.Reach.Gain:+0.000;-0.000;0.000}",
                m.Reach.Steps is { } steps ? $"{steps}" : "no gain", m.Reach.Seconds is { } seconds ? $"{seconds:0.0}" : "no gain", m.TrainingMemoryBytes is { } training ? Words.Megabytes(training) : "not measured", Words.Megabytes(m.PeakMemoryBytes),
            ]),
        ]);

    /// <summary>Zero-shot and the trained methods.</summary>
    public static IEnumerable<string> Methods(ComparisonReport report) => report.Methods.Select(m => m.Method).Prepend(ComparedScore.ZeroShot);
}
