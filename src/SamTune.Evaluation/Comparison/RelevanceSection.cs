using SamTune.Evaluation.Documents;
using SamTune.Evaluation.Reports;
using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Comparison;

/// <summary>Where and how each method changed what the model looks at.</summary>
internal static class RelevanceSection
{
    // Fewer groups make a clustered interval too narrow, see BootstrapInterval.
    private const int FewGroups = 10;

    public static IEnumerable<ReportBlock> Blocks(ComparisonReport report)
    {
        if (report.Relevance.Count == 0)
        {
            yield break;
        }

        yield return new Heading(2, "Relevance: what each method changed about where the model looks");
        yield return new Paragraph(
            "Shift is 1 - cosine between the image embeddings of the base and of the method, at the object and elsewhere in the picture. Attention is the share that goes to the object: from the object's own "
            + "tokens in the image encoder, and from the token that draws the mask in the decoder, prompted by the box; its change is in percentage points.");
        yield return new Paragraph(Basis(report.Relevance[0].EncoderAttention));
        yield return new Table(
            ["Method", "Shift at the object", "Shift elsewhere", "Encoder attention to the object, change", "Decoder attention to the object, change"],
            [
                .. report.Relevance.Select(r => (IReadOnlyList<string>)
                [
                    Words.MethodName(r.Method), MarkdownTable.Interval(r.ShiftInside, "0.0000"), MarkdownTable.Interval(r.ShiftOutside, "0.0000"), Points(r.EncoderAttention), Points(r.DecoderAttention),
                ]),
            ]);
        foreach (MethodRelevance relevance in report.Relevance)
        {
            yield return new Heading(3, $"Relevance: {Words.MethodName(relevance.Method)}");
            yield return new Paragraph(relevance.Reading);
            foreach (ReportBlock picture in ComparisonDocument.Pictures(report, PictureRole.Relevance, relevance.Method))
            {
                yield return picture;
            }
        }
    }

    private static string Basis(BootstrapInterval interval)
    {
        string pictures = interval.Count == 1 ? "1 picture" : $"{interval.Count} pictures", groups = interval.GroupCount == 1 ? "1 group" : $"{interval.GroupCount} groups (volumes)";
        return $"All of it stands on {pictures} in {groups}: brackets are 95 % bootstrap intervals, drawn over {(interval.GroupCount > 1 ? "the groups" : "the pictures")}"
            + (interval.GroupCount < FewGroups ? ", and with so few of them they are narrower than the truth: they tell how these pictures differ, not what holds of others." : ".");
    }

    private static string Points(BootstrapInterval change) => $"{Point(change.Mean)} [{Point(change.Lower)}, {Point(change.Upper)}]";

    private static string Point(double share) => $"{100 * share:+0.00;-0.00;0.00}";
}
