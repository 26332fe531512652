using SamTune.Evaluation.Reports;
using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Comparison;

/// <summary>
/// Brings the scores of several methods together: means with intervals, and each method's gain over zero-shot object by object, so that what is hard about an object for every
/// method does not widen the gain's interval.
/// </summary>
public static class ScoreComparison
{
    /// <summary>One row for each method, prompt and set, and for each method, prompt and kind of subject.</summary>
    /// <param name="sets">Scores set by set; every set has the same methods.</param>
    /// <param name="options">Intervals; the defaults when null.</param>
    /// <exception cref="ArgumentException">Two methods were not measured on the same objects.</exception>
    public static IReadOnlyList<ComparedScore> Of(IReadOnlyList<SetScores> sets, BootstrapOptions? options = null) =>
    [
        .. from selection in Selections(sets)
           from method in selection.Sets[0].ByMethod.Keys
           from prompt in selection.Sets[0].ByMethod[method].Select(s => s.PromptKind).Distinct(StringComparer.Ordinal)
           select Score(selection.Sets, selection.Set, method, prompt, options),
    ];

    /// <summary>The same for the trivial methods.</summary>
    /// <param name="sets">Scores set by set.</param>
    /// <param name="options">Intervals; the defaults when null.</param>
    public static IReadOnlyList<TrivialScore> Trivial(IReadOnlyList<SetScores> sets, BootstrapOptions? options = null) =>
    [
        .. from selection in Selections(sets)
           from name in selection.Sets[0].Trivial.Keys
           select new TrivialScore(name, selection.Sets[0].Subject, selection.Set, Mean([.. selection.Sets.Select(s => s.Trivial[name])], options)),
    ];

    // The sets of a kind together first, then one by one.
    private static IEnumerable<(SetScores[] Sets, string? Set)> Selections(IReadOnlyList<SetScores> sets) =>
        sets.GroupBy(s => s.Subject).Select(g => (g.ToArray(), (string?)null)).Concat(sets.Select(s => (new[] { s }, (string?)s.Set)));

    private static ComparedScore Score(SetScores[] sets, string? set, string method, string prompt, BootstrapOptions? options)
    {
        ObjectScore[][] mine = [.. sets.Select(s => Select(s, method, prompt))], before = [.. sets.Select(s => Select(s, ComparedScore.ZeroShot, prompt))];
        return new ComparedScore
        {
            Method = method,
            Subject = sets[0].Subject,
            Set = set,
            Prompt = prompt,
            Dice = Mean([.. mine.Select(s => s.Select(o => o.Dice).ToArray())], options),
            Iou = Mean([.. mine.Select(s => s.Select(o => o.IntersectionOverUnion).ToArray())], options),
            Gain = method == ComparedScore.ZeroShot ? null : Mean([.. mine.Zip(before, (a, b) => Differences(method, a, b))], options),
        };
    }

    private static ObjectScore[] Select(SetScores set, string method, string prompt) => [.. set.ByMethod[method].Where(s => s.PromptKind == prompt)];

    private static double[] Differences(string method, ObjectScore[] after, ObjectScore[] before) =>
        after.Select(Key).SequenceEqual(before.Select(Key))
            ? [.. after.Zip(before, (a, b) => a.Dice - b.Dice)]
            : throw new ArgumentException($"'{method}' and '{ComparedScore.ZeroShot}' were not measured on the same objects, so no gain can be told.");

    private static (string Sample, int Object) Key(ObjectScore score) => (score.SampleId, score.ObjectIndex);

    private static BootstrapInterval Mean(IReadOnlyList<IReadOnlyList<double>> strata, BootstrapOptions? options) =>
        strata.Count == 1 ? BootstrapInterval.OfMean(strata[0], options) : BootstrapInterval.OfMeanOfMeans(strata, options);
}
