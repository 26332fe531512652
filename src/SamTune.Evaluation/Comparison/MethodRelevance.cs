using SamTune.Evaluation.Relevance;
using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Comparison;

/// <summary>What a method changed about what the model finds relevant, in short; the whole of it is a <see cref="RelevanceReport"/>.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="ShiftInside">1 - cosine between the image embeddings before and after, at the object.</param>
/// <param name="ShiftOutside">The same elsewhere in the picture; null when the objects fill their pictures.</param>
/// <param name="EncoderAttention">Change of the share of attention, 0..1, that the object's tokens pay to the object in the image encoder.</param>
/// <param name="DecoderAttention">Change of the share that the token which draws the mask pays to the object in the decoder.</param>
/// <param name="Reading">The figures in plain words, held against what is commonly said of the method.</param>
public sealed record MethodRelevance(
    string Method, BootstrapInterval ShiftInside, BootstrapInterval? ShiftOutside, BootstrapInterval EncoderAttention, BootstrapInterval DecoderAttention, string Reading)
{
    /// <summary>Shortens a report.</summary>
    /// <param name="report">The report.</param>
    public static MethodRelevance Of(RelevanceReport report) => new(
        report.Method, report.EmbeddingShift.Inside, report.EmbeddingShift.Outside, report.EncoderAttention.Inside.Change, report.DecoderAttention.Inside.Change,
        RelevanceReading.Paragraph(report));
}
