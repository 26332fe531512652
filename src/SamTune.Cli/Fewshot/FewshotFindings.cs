using SamTune.Evaluation.Statistics;

namespace SamTune.Cli.Fewshot;

/// <summary>Says in words what more pictures brought, also where that is nothing.</summary>
internal static class FewshotFindings
{
    /// <summary>One sentence a row: what it gained on the row before it, or on the base, in Dice with a box.</summary>
    /// <param name="zeroShot">The base alone.</param>
    /// <param name="rows">Rows by ascending shots, all with the same seeds.</param>
    public static IReadOnlyList<string> Of(FewshotScores zeroShot, IReadOnlyList<FewshotRow> rows) =>
    [
        .. rows.Select((row, i) => i == 0
            ? Step(row, "no training", zeroShot.BoxDice, [.. row.Cells.Select(c => c.Scores.BoxDice - zeroShot.BoxDice)])
            : rows[i - 1].Pictures == row.Pictures
                ? $"{row.Shots} shots: the same {row.Pictures} pictures as for {rows[i - 1].Shots}, so the same numbers; more pictures are needed to tell."
                : Step(
                    row, $"{rows[i - 1].Shots} shots", rows[i - 1].BoxDice.Mean,
                    [.. row.Cells.Zip(rows[i - 1].Cells, (more, fewer) => more.Scores.BoxDice - fewer.Scores.BoxDice)])),
    ];

    // Seeds are paired: the fewer pictures of a seed are among its more.
    private static string Step(FewshotRow row, string before, double scoreBefore, IReadOnlyList<double> gains)
    {
        StudentInterval gain = StudentInterval.OfMean(gains);
        string numbers = $"box Dice {row.BoxDice.Mean:0.000} against {scoreBefore:0.000}";
        if (gain.Mean <= 0)
        {
            return $"{row.Shots} shots did not help over {before}: {numbers}.";
        }

        return gain.HalfWidth switch
        {
            null => $"{row.Shots} shots over {before}: {numbers}; with one seed nobody can tell whether that is luck.",
            { } half when half >= gain.Mean =>
                $"{row.Shots} shots over {before}: {numbers}, a gain of {gain.Mean:0.000} ± {half:0.000} that these seeds cannot tell from none.",
            { } half => $"{row.Shots} shots helped over {before}: {numbers}, a gain of {gain.Mean:0.000} ± {half:0.000}.",
        };
    }
}
