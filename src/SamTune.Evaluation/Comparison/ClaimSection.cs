using SamTune.Evaluation.Documents;

namespace SamTune.Evaluation.Comparison;

/// <summary>The claims beside what was measured, and why the two cannot be equal.</summary>
internal static class ClaimSection
{
    public static IEnumerable<ReportBlock> Blocks(ComparisonReport report)
    {
        yield return new Paragraph(
            "The claimed figures are not results of this project: they are figures in circulation about adapting SAM to medical images, and they are what is being tested. All in percent Dice; gains are over "
            + "the zero-shot of the same column.");
        var columns = (from subject in report.Sets.Select(s => s.Subject).Distinct().OrderDescending() from prompt in report.Prompts select (Subject: subject, Prompt: prompt)).ToList();
        double claimedZeroShot = ZeroShotClaim(report);
        yield return new Table(
            ["Method", "CLAIM: Dice", "CLAIM: gain", .. columns.Select(c => $"measured: {Words.Subjects(c.Subject)}, {Words.Prompt(c.Prompt)}"), "What the claim is about"],
            [
                .. report.Claims.Select(claim => (IReadOnlyList<string>)
                [
                    Words.MethodName(claim.Method), $"{claim.DicePercent:0.0#}", Words.SignedPercent((claim.DicePercent - claimedZeroShot) / 100),
                    .. columns.Select(c => Measured(report, claim.Method, c.Subject, c.Prompt)),
                    claim.Conditions,
                ]),
            ]);
        yield return new Paragraph("What differs, so that equal figures cannot be expected; the order of the methods and the sign of their gains can:");
        yield return new Bullets([.. Differences(report, columns)]);
    }

    private static string Measured(ComparisonReport report, string method, SubjectKind subject, string prompt)
    {
        if (!ComparisonTables.Methods(report).Contains(method))
        {
            return "not measured";
        }

        ComparedScore score = report.Overall(method, subject, prompt);
        return score.Gain is { } gain ? $"{Words.Percent(score.Dice.Mean)} ({Words.SignedPercent(gain.Mean)})" : Words.Percent(score.Dice.Mean);
    }

    private static IEnumerable<string> Differences(ComparisonReport report, IReadOnlyList<(SubjectKind Subject, string Prompt)> columns)
    {
        ComparisonProtocol protocol = report.Protocol;
        int pictures = protocol.Tasks.Sum(t => t.TrainingPictures);
        yield return $"Data: the claims speak of medical images of many kinds; here it is T1-weighted MRI, {pictures} training slices of one head, and {report.Sets.Count} test sets.";
        yield return $"Model: the claims are about the largest SAM, ViT-H, as Meta pretrained it on photographs; the base here is {report.Base.Name} with {report.Base.Parameters:n0} parameters, of {report.Base.InputSide} pixels. {Start(report, columns)}";
        yield return $"Training: {protocol.Steps} steps of {protocol.BatchSize} slices, {(double)protocol.Steps * protocol.BatchSize / Math.Max(1, pictures):0.0} passes over the slices; the claim for full fine-tuning says: {report.Claims.MaxBy(c => c.DicePercent)!.Conditions}.";
        yield return $"Prompts: the claims do not say what the model was told; here it is told {string.Join(" or ", report.Prompts.Select(Words.Prompt))}.";
        yield return "Uncertainty: the claims come without intervals.";
    }

    // Where the untouched base of this run stands beside the claimed zero-shot: it may be above it with one prompt and below it with another.
    private static string Start(ComparisonReport report, IReadOnlyList<(SubjectKind Subject, string Prompt)> columns)
    {
        double claimed = ZeroShotClaim(report);
        ILookup<bool, string> measured = columns
            .Select(c => (Column: c, Percent: 100 * report.Overall(ComparedScore.ZeroShot, c.Subject, c.Prompt).Dice.Mean))
            .ToLookup(m => m.Percent > claimed, m => $"{Words.Subjects(m.Column.Subject)}, {Words.Prompt(m.Column.Prompt)}: {m.Percent:0.0}");
        string Side(bool above, string word) => $"{word} the claimed zero-shot of {claimed:0.0} ({string.Join("; ", measured[above])})";
        return $"Before any training it is {string.Join(" and ", new[] { (true, "above"), (false, "not above") }.Where(s => measured[s.Item1].Any()).Select(s => Side(s.Item1, s.Item2)))}.";
    }

    private static double ZeroShotClaim(ComparisonReport report) => report.Claims.Single(c => c.Method == ComparedScore.ZeroShot).DicePercent;
}
