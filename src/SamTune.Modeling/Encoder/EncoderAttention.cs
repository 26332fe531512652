using SamTune.Modeling.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Modeling.Encoder;

/// <summary>Multi-head attention over a token map with decomposed relative positions and one fused layer for query, key and value.</summary>
public sealed class EncoderAttention : nn.Module
{
    private readonly string _path;
    private readonly int _heads;

    [ComponentName(Name = "qkv")]
    private readonly Linear _qkv;

    [ComponentName(Name = "proj")]
    private readonly Linear _proj;

    [ComponentName(Name = "rel_pos_h")]
    private readonly Parameter _relativeRows;

    [ComponentName(Name = "rel_pos_w")]
    private readonly Parameter _relativeColumns;

    /// <summary>Creates the layer.</summary>
    /// <param name="path">Checkpoint name of this module.</param>
    /// <param name="width">C, the token width; a multiple of <paramref name="heads"/>.</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="length">Side of the map that the position tables are made for, in tokens.</param>
    public EncoderAttention(string path, long width, int heads, long length)
        : base(path)
    {
        _path = path;
        _heads = heads;
        _qkv = nn.Linear(width, 3 * width);
        _proj = nn.Linear(width, width);
        _relativeRows = new Parameter(zeros(2 * length - 1, width / heads));
        _relativeColumns = new Parameter(zeros(2 * length - 1, width / heads));
        RegisterComponents();
    }

    /// <summary>Attends over each map (or window) of the batch.</summary>
    /// <param name="tokens">(B, H, W, C).</param>
    /// <param name="adaptation">What a fine-tuning method adds.</param>
    /// <returns>(B, H, W, C); the caller disposes it.</returns>
    public Tensor Forward(Tensor tokens, IModelAdaptation adaptation)
    {
        using var scope = NewDisposeScope();
        long batch = tokens.shape[0], height = tokens.shape[1], width = tokens.shape[2], channels = tokens.shape[3];
        var fused = adaptation.ApplyToLinear($"{_path}.qkv", tokens, Autocast.Apply(_qkv, tokens));
        var parts = fused.reshape(batch, height * width, 3, _heads, channels / _heads).permute(2, 0, 3, 1, 4)
            .reshape(3, batch * _heads, height * width, channels / _heads).unbind(0);
        (Tensor rows, Tensor columns) = DecomposedRelativePosition.Parts(parts[0], _relativeRows, _relativeColumns, height, width);
        var attended = Attend(parts[0], parts[1], parts[2], rows, columns)
            .reshape(batch, _heads, height, width, channels / _heads).permute(0, 2, 3, 1, 4).reshape(batch, height, width, channels);
        return adaptation.ApplyToLinear($"{_path}.proj", attended, Autocast.Apply(_proj, attended)).MoveToOuterDisposeScope();
    }

    private static Tensor Attend(Tensor query, Tensor key, Tensor value, Tensor rows, Tensor columns)
    {
        if (query.device_type == TorchSharp.DeviceType.CPU)
        {
            return ChunkedAttention.Attend(query, key, value, rows, columns, Autocast.Current);
        }

        // Elsewhere libtorch has kernels that take a bias with gradients.
        var bias = (rows.unsqueeze(-1) + columns.unsqueeze(-2)).reshape(query.shape[0], query.shape[1], key.shape[1]);
        return nn.functional.scaled_dot_product_attention(query.unsqueeze(0), key.unsqueeze(0), value.unsqueeze(0), bias.unsqueeze(0)).squeeze(0);
    }
}
