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
        var columns = (from subject in report.Sets.Select(s => s.Subject).Distinct().OrderDescending() from prompt in report.Prompts select (subject, prompt)).ToList();
        double claimedZeroShot = report.Claims.Single(c => c.Method == ComparedScore.ZeroShot).DicePercent;
        yield return new Table(
            ["Method", "CLAIM: Dice", "CLAIM: gain", .. columns.Select(c => $"measured: {Words.Subjects(c.subject)}, {Words.Prompt(c.prompt)}"), "What the claim is about"],
            [
                .. report.Claims.Select(claim => (IReadOnlyList<string>)
                [
                    Words.MethodName(claim.Method), $"{claim.DicePercent:0.0#}", Words.SignedPercent((claim.DicePercent - claimedZeroShot) / 100),
                    .. columns.Select(c => Measured(report, claim.Method, c.subject, c.prompt)),
                    claim.Conditions,
                ]),
            ]);
        yield return new Paragraph("What differs, so that equal figures cannot be expected; the order of the methods and the sign of their gains can:");
        yield return new Bullets([.. Differences(report)]);
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

    private static IEnumerable<string> Differences(ComparisonReport report)
    {
        ComparisonProtocol protocol = report.Protocol;
        int pictures = protocol.Tasks.Sum(t => t.TrainingPictures);
        yield return $"Data: the claims speak of medical images of many kinds; here it is T1-weighted MRI, {pictures} training slices of one head, and {report.Sets.Count} small test sets.";
        yield return $"Model: the claims are about the large SAM, pretrained by Meta on photographs; the base here has {report.Base.Parameters:n0} parameters, sees {report.Base.InputSide} pixels and is weaker from the start.";
        yield return $"Training: {protocol.Steps} steps of {protocol.BatchSize} slices, {(double)protocol.Steps * protocol.BatchSize / Math.Max(1, pictures):0.0} passes over the slices; the claim for full fine-tuning has far more pictures and steps.";
        yield return "Prompts: the claims do not say what the model was told; here it is told the exact box or one click at the deepest point of the object, which makes zero-shot stronger than no prompt would.";
        yield return "Uncertainty: the claims come without intervals.";
    }
}
