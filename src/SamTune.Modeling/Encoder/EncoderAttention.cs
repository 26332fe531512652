using SamTune.Modeling.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Modeling.Encoder;

/// <summary>Multi-head attention over a token map or in windows of it, with decomposed relative positions and one fused layer for query, key and value.</summary>
/// <remarks>
/// Windows that reach over the map's edge are filled up with zeros before the fused layer in SAM, so that a token of the padding has the layer's bias as query, key and value, and what it attends to is dropped. Here such windows are
/// filled up with that bias after the layer, and only tokens of the map attend: the same result without products and scores for the padding (of ViT-B at 256 pixels, two thirds of all).
/// </remarks>
public sealed class EncoderAttention : nn.Module
{
    private readonly string _path;
    private readonly int _heads;
    private readonly long _window;

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
    /// <param name="window">Side of the windows, in tokens; 0 attends over the whole map.</param>
    /// <param name="grid">Side of the whole map that the position tables of a layer without windows are made for, in tokens.</param>
    public EncoderAttention(string path, long width, int heads, long window, long grid)
        : base(path)
    {
        _path = path;
        _heads = heads;
        _window = window;
        long length = window > 0 ? window : grid;
        _qkv = nn.Linear(width, 3 * width);
        _proj = nn.Linear(width, width);
        _relativeRows = new Parameter(zeros(2 * length - 1, width / heads));
        _relativeColumns = new Parameter(zeros(2 * length - 1, width / heads));
        RegisterComponents();
    }

    /// <summary>Attends over each map of the batch, or within its windows.</summary>
    /// <param name="tokens">(B, H, W, C).</param>
    /// <param name="adaptation">What a fine-tuning method adds.</param>
    /// <returns>(B, H, W, C); the caller disposes it.</returns>
    public Tensor Forward(Tensor tokens, IModelAdaptation adaptation)
    {
        using var scope = NewDisposeScope();
        Tensor attended = Attended(tokens, adaptation), projected = Autocast.Apply(_proj, attended);
        return (adaptation.AdaptsLinear($"{_path}.proj") ? adaptation.ApplyToLinear($"{_path}.proj", attended.to(float32), projected) : projected).MoveToOuterDisposeScope();
    }

    private Tensor Attended(Tensor tokens, IModelAdaptation adaptation)
    {
        using var scope = NewDisposeScope();
        long batch = tokens.shape[0], height = tokens.shape[1], width = tokens.shape[2], channels = tokens.shape[3];
        (long windowHeight, long windowWidth) = _window > 0 ? (_window, _window) : (height, width);
        var fused = adaptation.ApplyToLinear($"{_path}.qkv", tokens, StaysNarrow(tokens, adaptation) ? Autocast.ApplyWithin(_qkv, tokens) : Autocast.Apply(_qkv, tokens));
        var bands = new List<Tensor>();
        foreach ((long top, long rows, long bandHeight) in WindowPartition.Along(height, windowHeight))
        {
            var band = fused.narrow(1, top, rows * bandHeight);
            bands.Add(Joined(2, [.. WindowPartition.Along(width, windowWidth).Select(c => InWindows(band.narrow(2, c.First, c.Windows * c.Length), bandHeight, c.Length, windowHeight, windowWidth))]));
        }

        return Joined(1, bands).MoveToOuterDisposeScope();
    }

    // Queries, keys and values are rounded to the scope's precision by the layer and used in it: widening them between changes no bit. A gradient is to be summed in float32, and so is what a method adds.
    private bool StaysNarrow(Tensor tokens, IModelAdaptation adaptation) =>
        !is_grad_enabled() && tokens.device_type == TorchSharp.DeviceType.CPU && !adaptation.AdaptsLinear($"{_path}.qkv");

    private static Tensor Joined(long dimension, List<Tensor> parts) => parts.Count == 1 ? parts[0] : cat(parts, dimension);

    /// <summary>Attends within windows of which the same part is filled.</summary>
    /// <param name="fused">Queries, keys and values, (B, rows * filled height, columns * filled width, 3 C).</param>
    /// <param name="filledHeight">Tokens of the map in a column of a window.</param>
    /// <param name="filledWidth">Tokens of the map in a row of a window.</param>
    /// <param name="windowHeight">Height of a window; where it is not filled there is one row of windows.</param>
    /// <param name="windowWidth">Width of a window; where it is not filled there is one column of windows.</param>
    /// <returns>(B, rows * filled height, columns * filled width, C).</returns>
    private Tensor InWindows(Tensor fused, long filledHeight, long filledWidth, long windowHeight, long windowWidth)
    {
        using var scope = NewDisposeScope();
        long batch = fused.shape[0], rows = fused.shape[1] / filledHeight, columns = fused.shape[2] / filledWidth, headWidth = fused.shape[3] / 3 / _heads, windows = batch * rows * columns;
        bool isFilled = filledHeight == windowHeight && filledWidth == windowWidth;

        // (3, B * windows * heads, tokens of a window, C / heads)
        var parts = (isFilled ? fused : WindowPartition.Pad(fused, windowHeight, windowWidth, _qkv.bias!.to(fused.dtype)))
            .reshape(batch, rows, windowHeight, columns, windowWidth, 3, _heads, headWidth).permute(5, 0, 1, 3, 6, 2, 4, 7)
            .reshape(3, windows * _heads, windowHeight * windowWidth, headWidth).unbind(0);
        var query = isFilled
            ? parts[0]
            : parts[0].view(-1, windowHeight, windowWidth, headWidth).narrow(1, 0, filledHeight).narrow(2, 0, filledWidth).reshape(-1, filledHeight * filledWidth, headWidth);
        (Tensor rowBias, Tensor columnBias) = DecomposedRelativePosition.Parts(query.to(float32), _relativeRows, _relativeColumns, (filledHeight, filledWidth), (windowHeight, windowWidth));
        return Attend(query, parts[1], parts[2], rowBias, columnBias)
            .reshape(batch, rows, columns, _heads, filledHeight, filledWidth, headWidth).permute(0, 1, 4, 2, 5, 3, 6)
            .reshape(batch, fused.shape[1], fused.shape[2], _heads * headWidth).MoveToOuterDisposeScope();
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
