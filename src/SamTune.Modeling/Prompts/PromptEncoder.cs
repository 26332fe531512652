using SamTune.Checkpoints.Layouts;
using SamTune.Modeling.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Modeling.Prompts;

/// <summary>SAM's prompt encoder: points and boxes to sparse tokens, masks to a dense map.</summary>
public sealed class PromptEncoder : nn.Module
{
    [ComponentName(Name = "pe_layer")]
    private readonly RandomPositionEncoding _positions;

    [ComponentName(Name = "point_embeddings")]
    private readonly ModuleList<Embedding> _pointEmbeddings;

    [ComponentName(Name = "not_a_point_embed")]
    private readonly Embedding _padding;

    [ComponentName(Name = "mask_downscaling")]
    private readonly Sequential _maskDownscaling;

    [ComponentName(Name = "no_mask_embed")]
    private readonly Embedding _noMask;

    /// <summary>Creates the encoder with fresh weights.</summary>
    /// <param name="architecture">Sizes; validated by the caller.</param>
    public PromptEncoder(SamArchitecture architecture)
        : base("prompt_encoder")
    {
        long width = architecture.PromptEmbedDim, hidden = architecture.MaskInChannels;
        _positions = new RandomPositionEncoding(width / 2);
        _pointEmbeddings = new ModuleList<Embedding>([.. Enumerable.Range(0, 4).Select(_ => nn.Embedding(1, width))]);
        _padding = nn.Embedding(1, width);
        _maskDownscaling = nn.Sequential(
            nn.Conv2d(1, hidden / 4, kernel_size: 2, stride: 2), new LayerNorm2d(hidden / 4), nn.GELU(),
            nn.Conv2d(hidden / 4, hidden, kernel_size: 2, stride: 2), new LayerNorm2d(hidden), nn.GELU(),
            nn.Conv2d(hidden, width, kernel_size: 1));
        _noMask = nn.Embedding(1, width);
        RegisterComponents();
    }

    /// <summary>Sparse tokens of the points and boxes.</summary>
    /// <param name="prompts">Prompts in the model's frame.</param>
    /// <param name="inputSide">S, the side of the model's input, in pixels.</param>
    /// <returns>(P, T, C); the caller disposes it.</returns>
    public Tensor Sparse(PromptBatch prompts, long inputSide)
    {
        using var scope = NewDisposeScope();

        // Half a pixel shifts a pixel's index to its centre.
        var codes = _positions.Forward((prompts.Coordinates + 0.5f) / inputSide);
        var labels = prompts.Labels.unsqueeze(-1);
        codes = where(labels < 0, zeros(1, device: codes.device), codes);
        if (prompts.HasPoints)
        {
            codes = codes + (labels == PromptBatch.Padding) * _padding.weight!;
            codes = AddKind(AddKind(codes, labels, PromptBatch.Background), labels, PromptBatch.Foreground);
        }

        if (prompts.HasBoxes)
        {
            codes = AddKind(AddKind(codes, labels, PromptBatch.BoxStart), labels, PromptBatch.BoxEnd);
        }

        return codes.MoveToOuterDisposeScope();
    }

    /// <summary>Dense map of the mask inputs; a learned vector where a prompt has none.</summary>
    /// <param name="prompts">Prompts in the model's frame.</param>
    /// <param name="grid">g, the side of the image embedding.</param>
    /// <returns>(P, C, g, g); the caller disposes it.</returns>
    public Tensor Dense(PromptBatch prompts, long grid)
    {
        using var scope = NewDisposeScope();
        var absent = _noMask.weight!.reshape(1, -1, 1, 1).expand(prompts.Count, -1, grid, grid);
        if (prompts.Masks is null)
        {
            return absent.MoveToOuterDisposeScope();
        }

        var present = _maskDownscaling.call(prompts.Masks);
        return (prompts.HasMask is null ? present : where(prompts.HasMask.reshape(-1, 1, 1, 1), present, absent)).MoveToOuterDisposeScope();
    }

    /// <summary>Root mean square of the learned vectors that say whether a point is a click or a box corner: how large a prompt token's own part is in this checkpoint.</summary>
    /// <returns>A scalar on the model's device, so that nothing is read back; the caller disposes it.</returns>
    public Tensor TokenScale()
    {
        using var scope = NewDisposeScope();
        var kinds = cat([.. _pointEmbeddings.Select(e => e.weight!.detach())], 0);
        return kinds.mul(kinds).mean().sqrt().MoveToOuterDisposeScope();
    }

    private Tensor AddKind(Tensor codes, Tensor labels, int kind) => codes + (labels == kind) * _pointEmbeddings[kind].weight!;

    /// <summary>Position codes of the cells of the image embedding.</summary>
    /// <param name="grid">g, the side of the image embedding.</param>
    /// <returns>(1, C, g, g); the caller disposes it.</returns>
    public Tensor DensePositions(long grid) => _positions.Grid(grid, grid);
}
