using SamTune.Checkpoints.Layouts;
using SamTune.Modeling.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Modeling.Encoder;

/// <summary>SAM's image encoder: a plain vision transformer with windowed and global attention, and a neck (Kirillov et al. 2023, appendix A).</summary>
public sealed class ImageEncoder : nn.Module
{
    [ComponentName(Name = "pos_embed")]
    private readonly Parameter _positions;

    [ComponentName(Name = "patch_embed")]
    private readonly PatchEmbedding _patchEmbedding;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<EncoderBlock> _blocks;

    [ComponentName(Name = "neck")]
    private readonly Sequential _neck;

    private readonly int _patch;
    private readonly int _channels;

    /// <summary>Creates the encoder with fresh weights.</summary>
    /// <param name="architecture">Sizes; validated by the caller.</param>
    public ImageEncoder(SamArchitecture architecture)
        : base("image_encoder")
    {
        _patch = architecture.PatchSize;
        _channels = architecture.InputChannels;
        long width = architecture.EncoderEmbedDim, grid = architecture.ImageSize / architecture.PatchSize, channels = architecture.PromptEmbedDim;
        _positions = new Parameter(zeros(1, grid, grid, width));
        _patchEmbedding = new PatchEmbedding(architecture.InputChannels, width, architecture.PatchSize);
        _blocks = new ModuleList<EncoderBlock>([.. Enumerable.Range(0, architecture.EncoderDepth).Select(i => new EncoderBlock(
            i, width, architecture.EncoderHeads, (long)(width * architecture.MlpRatio),
            architecture.GlobalAttentionBlocks.Contains(i) ? 0 : architecture.WindowSize, grid))]);
        _neck = nn.Sequential(
            nn.Conv2d(width, channels, kernel_size: 1, bias: false), new LayerNorm2d(channels),
            nn.Conv2d(channels, channels, kernel_size: 3, padding: 1, bias: false), new LayerNorm2d(channels));
        RegisterComponents();
    }

    /// <summary>Number of transformer blocks.</summary>
    public int Depth => _blocks.Count;

    /// <summary>Computes image embeddings.</summary>
    /// <param name="image">Normalised and padded picture, (B, 3, S, S) float32; S a multiple of the patch size, not necessarily the size trained with. An adaptation with extra bands takes them behind the three.</param>
    /// <param name="adaptation">What a fine-tuning method adds.</param>
    /// <returns>(B, C, S / patch, S / patch); the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The size is not a multiple of the patch size, or the number of channels is another.</exception>
    public Tensor Forward(Tensor image, IModelAdaptation adaptation)
    {
        using var scope = NewDisposeScope();
        return adaptation.ApplyToEmbedding(Neck(Blocks(Embed(image, adaptation), 0, Depth, adaptation))).MoveToOuterDisposeScope();
    }

    /// <summary>Patch tokens of the base with their positions added.</summary>
    /// <param name="image">(B, 3, S, S), see <see cref="Forward"/>.</param>
    /// <returns>(B, S / patch, S / patch, C); the caller disposes it.</returns>
    public Tensor Embed(Tensor image) => Embed(image, NoAdaptation.Instance);

    /// <summary>Patch tokens with their positions added.</summary>
    /// <param name="image">(B, 3 + extra bands, S, S), see <see cref="Forward"/>.</param>
    /// <param name="adaptation">What a fine-tuning method adds.</param>
    /// <returns>(B, S / patch, S / patch, C); the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The size is not a multiple of the patch size, or the number of channels is another.</exception>
    public Tensor Embed(Tensor image, IModelAdaptation adaptation)
    {
        if (image.shape[1] != _channels + adaptation.ExtraBands.Count)
        {
            throw new ArgumentException($"The input has {image.shape[1]} channels; this model takes {_channels}, and its adaptation {adaptation.ExtraBands.Count} more.", nameof(image));
        }

        if (image.shape[2] % _patch != 0 || image.shape[3] % _patch != 0)
        {
            throw new ArgumentException($"The input is {image.shape[3]}x{image.shape[2]} pixels; both sides must be multiples of the patch size {_patch}.", nameof(image));
        }

        using var scope = NewDisposeScope();
        var tokens = adaptation.EmbedPatches(image, _patchEmbedding.call);
        return (tokens + PositionsFor(tokens.shape[1], tokens.shape[2])).MoveToOuterDisposeScope();
    }

    /// <summary>Applies the blocks first .. last - 1.</summary>
    /// <param name="tokens">(B, H, W, C).</param>
    /// <param name="first">First block.</param>
    /// <param name="last">Block to stop before.</param>
    /// <param name="adaptation">What a fine-tuning method adds.</param>
    /// <returns>(B, H, W, C); the caller disposes it.</returns>
    public Tensor Blocks(Tensor tokens, int first, int last, IModelAdaptation adaptation)
    {
        using var scope = NewDisposeScope();
        var x = tokens.alias();
        for (int i = first; i < last; i++)
        {
            var next = _blocks[i].Forward(x, adaptation);
            x.Dispose();
            x = next;
        }

        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Reduces the tokens to the width of the decoder.</summary>
    /// <param name="tokens">(B, H, W, C of the encoder).</param>
    /// <returns>(B, C of the decoder, H, W); the caller disposes it.</returns>
    public Tensor Neck(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        return _neck.call(tokens.permute(0, 3, 1, 2)).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>The position table for a map of another size: bilinear, corners not aligned, no antialiasing.</summary>
    /// <param name="height">H, in tokens.</param>
    /// <param name="width">W, in tokens.</param>
    /// <returns>(1, H, W, C); the caller disposes it.</returns>
    public Tensor PositionsFor(long height, long width)
    {
        if (_positions.shape[1] == height && _positions.shape[2] == width)
        {
            return _positions.alias();
        }

        using var scope = NewDisposeScope();
        return nn.functional.interpolate(_positions.permute(0, 3, 1, 2), [height, width], mode: InterpolationMode.Bilinear, align_corners: false)
            .permute(0, 2, 3, 1).MoveToOuterDisposeScope();
    }
}
