namespace SamTune.Evaluation.Relevance;

/// <summary>What changed on one picture.</summary>
/// <param name="Id">The picture's id in its data set.</param>
/// <param name="ObjectTokens">
/// Tokens inside: those whose patch the objects cover at least half, or the most covered one when there is none.
/// </param>
/// <param name="ShiftInside">Mean of 1 - cosine between the embeddings at the object's tokens.</param>
/// <param name="ShiftOutside">The same at the other tokens of the picture; null when there is none.</param>
/// <param name="Shift">1 - cosine between the embeddings at each location.</param>
/// <param name="EncoderAttention">Change of the attention that each token receives from the object's tokens, mean of heads and blocks.</param>
/// <param name="DecoderAttention">
/// Change of the attention that each location receives from the token that draws the mask, in the decoder's final layer, prompted by exact boxes.
/// </param>
public sealed record SampleRelevance(
    string Id, int ObjectTokens, double ShiftInside, double? ShiftOutside, RelevanceMap Shift, RelevanceMap EncoderAttention, RelevanceMap DecoderAttention);
