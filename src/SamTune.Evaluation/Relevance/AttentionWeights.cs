using SamTune.Modeling.Encoder;
using static TorchSharp.torch;

namespace SamTune.Evaluation.Relevance;

/// <summary>Attention probabilities, computed anew from what the layers that make queries and keys gave: the model itself uses a kernel that never forms them.</summary>
internal static class AttentionWeights
{
    /// <summary>softmax(q k^T / sqrt(d) + bias).</summary>
    /// <param name="query">(..., Q, d).</param>
    /// <param name="key">(..., K, d).</param>
    /// <param name="bias">(..., Q, K); null for none.</param>
    /// <returns>(..., Q, K), each row sums to 1; the caller disposes it.</returns>
    public static Tensor Of(Tensor query, Tensor key, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        double scale = 1 / Math.Sqrt(query.shape[^1]);
        var logits = matmul(query * scale, key.transpose(-1, -2));
        return (bias is null ? logits : logits.add_(bias)).softmax(-1).MoveToOuterDisposeScope();
    }

    /// <summary>The probabilities of one head of an encoder block, with the decomposed relative position bias.</summary>
    /// <param name="fused">What the fused layer gave, (B, H, W, 3 C), B being images or windows.</param>
    /// <param name="head">The head, from 0.</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="rowTable">Relative positions along the rows, (2L-1, head dim).</param>
    /// <param name="columnTable">Relative positions along the columns, (2L-1, head dim).</param>
    /// <returns>(B, H*W, H*W); the caller disposes it.</returns>
    public static Tensor OfEncoder(Tensor fused, int head, int heads, Tensor rowTable, Tensor columnTable)
    {
        using var scope = NewDisposeScope();
        long height = fused.shape[1], width = fused.shape[2], dim = fused.shape[3] / 3 / heads;
        var parts = fused.reshape(fused.shape[0], height * width, 3, heads, dim);
        Tensor Part(long index) => parts.select(2, index).select(2, head).contiguous();
        var query = Part(0);
        return Of(query, Part(1), DecomposedRelativePosition.Bias(query, rowTable, columnTable, height, width)).MoveToOuterDisposeScope();
    }
}
