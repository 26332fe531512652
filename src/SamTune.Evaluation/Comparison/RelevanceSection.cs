using SamTune.Evaluation.Documents;

namespace SamTune.Evaluation.Comparison;

/// <summary>Where and how each method changed what the model attends to.</summary>
internal static class RelevanceSection
{
    public static IEnumerable<ReportBlock> Blocks(ComparisonReport report)
    {
        ReportBlock[] pictures = [.. ComparisonDocument.Pictures(report, PictureRole.Relevance)];
        return pictures.Length > 0 ? [new Heading(2, "Relevance"), .. pictures] : [];
    }
}
