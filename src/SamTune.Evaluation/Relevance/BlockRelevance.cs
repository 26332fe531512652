namespace SamTune.Evaluation.Relevance;

/// <summary>What changed in one block of the image encoder.</summary>
/// <param name="Block">The block, from 0.</param>
/// <param name="IsGlobal">True when the block attends over the whole map, false when within windows.</param>
/// <param name="OutputShift">
/// Length of the difference of the block's output over its length before; at most 64 tokens of each region, spread evenly, are compared.
/// </param>
/// <param name="FromObject">Attention of the object's tokens, mean of the heads.</param>
/// <param name="FromPicture">Attention of all tokens of the picture, mean of the heads.</param>
public sealed record BlockRelevance(int Block, bool IsGlobal, RegionSummary OutputShift, AttentionChange FromObject, AttentionChange FromPicture);
