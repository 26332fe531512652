using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Modeling.Encoder;

/// <summary>Turns square patches of the picture into tokens by one strided convolution.</summary>
public sealed class PatchEmbedding : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "proj")]
    private readonly Conv2d _projection;

    /// <summary>Creates the layer.</summary>
    /// <param name="channels">Channels of the picture.</param>
    /// <param name="width">C, the token width.</param>
    /// <param name="patch">Side of a patch, in pixels.</param>
    public PatchEmbedding(long channels, long width, long patch)
        : base(nameof(PatchEmbedding))
    {
        _projection = nn.Conv2d(channels, width, kernel_size: patch, stride: patch);
        RegisterComponents();
    }

    /// <summary>Embeds the patches.</summary>
    /// <param name="image">Normalised picture, (B, 3, S, S).</param>
    /// <returns>Tokens, (B, S / patch, S / patch, C); the caller disposes it.</returns>
    public override Tensor forward(Tensor image)
    {
        using var scope = NewDisposeScope();
        return _projection.call(image).permute(0, 2, 3, 1).contiguous().MoveToOuterDisposeScope();
    }
}
