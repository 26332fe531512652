using SamTune.Evaluation.Statistics;

namespace SamTune.Cli.Fewshot;

/// <summary>Says in words what more pictures brought, also where that is nothing.</summary>
internal static class FewshotFindings
{
    private static readonly (string Name, Func<FewshotScores, double> Of)[] s_scores = [("box Dice", s => s.BoxDice), ("1 point Dice", s => s.PointDice)];

    /// <summary>A sentence a row and prompt: what it gained on the row before it, or on the base.</summary>
    /// <param name="zeroShot">The base alone.</param>
    /// <param name="rows">Rows by ascending shots, all with the same seeds.</param>
    public static IReadOnlyList<string> Of(FewshotScores zeroShot, IReadOnlyList<FewshotRow> rows) =>
        [.. rows.SelectMany((row, i) => Of(row, i == 0 ? null : rows[i - 1], zeroShot))];

    private static IEnumerable<string> Of(FewshotRow row, FewshotRow? before, FewshotScores zeroShot) => before?.Pictures == row.Pictures
        ? [$"{row.Shots} shots: the same {row.Pictures} pictures as for {before.Shots}, so the same numbers; more pictures are needed to tell."]
        : s_scores.Select(score =>
        {
            // Seeds are paired: the fewer pictures of a seed are among its more.
            double[] now = [.. row.Cells.Select(c => score.Of(c.Scores))];
            double[] then = [.. row.Cells.Select((_, seed) => score.Of(before?.Cells[seed].Scores ?? zeroShot))];
            return Step(row.Shots, before == null ? "no training" : $"{before.Shots} shots", score.Name, now, then);
        });

    private static string Step(int shots, string before, string score, double[] now, double[] then)
    {
        StudentInterval gain = StudentInterval.OfMean([.. now.Zip(then, (more, fewer) => more - fewer)]);
        string numbers = $"{score} {now.Average():0.000} against {then.Average():0.000}";
        if (gain.Mean <= 0)
        {
            return $"{shots} shots did not help over {before}: {numbers}.";
        }

        return gain.HalfWidth switch
        {
            null => $"{shots} shots over {before}: {numbers}; with one seed nobody can tell whether that is luck.",
            { } half when half >= gain.Mean =>
                $"{shots} shots over {before}: {numbers}, a gain of {gain.Mean:0.000} ± {half:0.000} that these seeds cannot tell from none.",
            { } half => $"{shots} shots helped over {before}: {numbers}, a gain of {gain.Mean:0.000} ± {half:0.000}.",
        };
    }
}
