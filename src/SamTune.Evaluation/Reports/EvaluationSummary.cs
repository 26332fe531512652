namespace SamTune.Evaluation.Reports;

/// <summary>Scores brought together overall, by class, by prompt kind, and by both.</summary>
public sealed record EvaluationSummary
{
    /// <summary>All scored predictions.</summary>
    public required ScoreSummary Overall { get; init; }

    /// <summary>One row a class, by rising class id.</summary>
    public required IReadOnlyList<ScoreSummary> ByClass { get; init; }

    /// <summary>One row a prompt kind, in the order in which the kinds first appear.</summary>
    public required IReadOnlyList<ScoreSummary> ByPromptKind { get; init; }

    /// <summary>One row for each class and prompt kind that occur together, by class, then by prompt kind.</summary>
    public required IReadOnlyList<ScoreSummary> ByClassAndPromptKind { get; init; }

    /// <summary>Brings scores together. The same scores in the same order give the same summary.</summary>
    /// <param name="scores">At least one.</param>
    /// <param name="options">Intervals; the defaults when null.</param>
    /// <exception cref="ArgumentException">No scores, or options out of range.</exception>
    public static EvaluationSummary Of(IReadOnlyList<ObjectScore> scores, SummaryOptions? options = null)
    {
        if (scores.Count == 0)
        {
            throw new ArgumentException("A summary needs at least one score.", nameof(scores));
        }

        options ??= SummaryOptions.Default;
        string[] kinds = [.. scores.Select(s => s.PromptKind).Distinct(StringComparer.Ordinal)];
        ObjectScore[][] classes = [.. scores.GroupBy(s => s.ClassId).OrderBy(c => c.Key).Select(c => c.ToArray())];
        return new EvaluationSummary
        {
            Overall = ScoreSummary.Of(scores, options),
            ByClass = [.. classes.Select(c => OfClass(c, c, options))],
            ByPromptKind =
            [
                .. kinds.Select(k => ScoreSummary.Of([.. scores.Where(s => s.PromptKind == k)], options) with { PromptKind = k }),
            ],
            ByClassAndPromptKind =
            [
                .. from c in classes
                   from k in kinds
                   let both = c.Where(s => s.PromptKind == k).ToArray()
                   where both.Length > 0
                   select OfClass(c, both, options) with { PromptKind = k },
            ],
        };
    }

    private static ScoreSummary OfClass(ObjectScore[] scoresOfClass, ObjectScore[] selection, SummaryOptions options) =>
        ScoreSummary.Of(selection, options) with { ClassId = scoresOfClass[0].ClassId, ClassName = scoresOfClass[0].ClassName };
}
