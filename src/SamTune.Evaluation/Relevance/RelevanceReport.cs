namespace SamTune.Evaluation.Relevance;

/// <summary>What a method changed about what the model finds relevant. Attention is that of the model's own pass: exact, with its relative positions.</summary>
public sealed record RelevanceReport
{
    /// <summary>What the report is about, such as an artifact's file.</summary>
    public required string Name { get; init; }

    /// <summary>The method: full, adapters, lora or prompt.</summary>
    public required string Method { get; init; }

    /// <summary>1 - cosine between the image embeddings before and after, by location.</summary>
    public required RegionSummary EmbeddingShift { get; init; }

    /// <summary>Length of the difference of the image embeddings over their length before, by location.</summary>
    public required RegionSummary EmbeddingRelativeShift { get; init; }

    /// <summary>Attention of the object's tokens in the image encoder, mean of heads and blocks.</summary>
    public required AttentionChange EncoderAttention { get; init; }

    /// <summary>Attention of the token that draws the mask, in the decoder's final look at the image, prompted by the exact box.</summary>
    public required AttentionChange DecoderAttention { get; init; }

    /// <summary>One entry a block of the image encoder.</summary>
    public required IReadOnlyList<BlockRelevance> Blocks { get; init; }

    /// <summary>One entry a part of the model, from the picture to the mask.</summary>
    public required IReadOnlyList<LayerUpdate> Updates { get; init; }

    /// <summary>One entry a picture.</summary>
    public required IReadOnlyList<SampleRelevance> Samples { get; init; }

    /// <summary>The figures in plain words, see <see cref="RelevanceReading"/>.</summary>
    public IReadOnlyList<RelevanceSentence> Reading => RelevanceReading.Of(this);
}
