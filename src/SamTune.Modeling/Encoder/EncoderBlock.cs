using SamTune.Modeling.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Modeling.Encoder;

/// <summary>One transformer block: normalise, attend (in windows or over the whole map), add; normalise, feed forward, add.</summary>
public sealed class EncoderBlock : nn.Module
{
    private const double Epsilon = 1e-6;
    private readonly int _index;

    [ComponentName(Name = "norm1")]
    private readonly LayerNorm _norm1;

    [ComponentName(Name = "attn")]
    private readonly EncoderAttention _attention;

    [ComponentName(Name = "norm2")]
    private readonly LayerNorm _norm2;

    [ComponentName(Name = "mlp")]
    private readonly FeedForward _feedForward;

    /// <summary>Creates the block.</summary>
    /// <param name="index">Position in the encoder, from 0.</param>
    /// <param name="width">C, the token width.</param>
    /// <param name="heads">Number of attention heads.</param>
    /// <param name="hidden">Width of the feed-forward layer.</param>
    /// <param name="window">Side of the attention windows in tokens; 0 attends over the whole map.</param>
    /// <param name="grid">Side of the whole map that the position tables are made for, in tokens.</param>
    public EncoderBlock(int index, long width, int heads, long hidden, long window, long grid)
        : base($"image_encoder.blocks.{index}")
    {
        _index = index;
        _norm1 = nn.LayerNorm([width], Epsilon);
        _attention = new EncoderAttention($"image_encoder.blocks.{index}.attn", width, heads, window, grid);
        _norm2 = nn.LayerNorm([width], Epsilon);
        _feedForward = new FeedForward($"image_encoder.blocks.{index}.mlp", width, hidden, gelu: true);
        RegisterComponents();
    }

    /// <summary>Applies the block.</summary>
    /// <param name="tokens">(B, H, W, C).</param>
    /// <param name="adaptation">What a fine-tuning method adds.</param>
    /// <returns>(B, H, W, C); the caller disposes it.</returns>
    public Tensor Forward(Tensor tokens, IModelAdaptation adaptation)
    {
        using var scope = NewDisposeScope();
        var x = Attended(tokens, adaptation);
        x = x + _feedForward.Forward(_norm2.call(x), adaptation);
        return adaptation.ApplyAfterBlock(_index, x).MoveToOuterDisposeScope();
    }

    private Tensor Attended(Tensor tokens, IModelAdaptation adaptation)
    {
        using var scope = NewDisposeScope();
        return (tokens + _attention.Forward(_norm1.call(tokens), adaptation)).MoveToOuterDisposeScope();
    }
}
