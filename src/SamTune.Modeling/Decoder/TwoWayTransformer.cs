using SamTune.Checkpoints.Layouts;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Modeling.Decoder;

/// <summary>The mask decoder's transformer: blocks in which tokens and image attend to each other, and a last look of the tokens at the image.</summary>
public sealed class TwoWayTransformer : nn.Module
{
    [ComponentName(Name = "layers")]
    private readonly ModuleList<TwoWayAttentionBlock> _layers;

    [ComponentName(Name = "final_attn_token_to_image")]
    private readonly DecoderAttention _finalAttention;

    [ComponentName(Name = "norm_final_attn")]
    private readonly LayerNorm _finalNorm;

    /// <summary>Creates the transformer.</summary>
    /// <param name="path">Checkpoint name of this module.</param>
    /// <param name="architecture">Sizes.</param>
    public TwoWayTransformer(string path, SamArchitecture architecture)
        : base(path)
    {
        _layers = new ModuleList<TwoWayAttentionBlock>([.. Enumerable.Range(0, architecture.DecoderDepth)
            .Select(i => new TwoWayAttentionBlock($"{path}.layers.{i}", architecture, first: i == 0))]);
        _finalAttention = new DecoderAttention(
            $"{path}.final_attn_token_to_image", architecture.PromptEmbedDim, architecture.DecoderHeads, architecture.DecoderAttentionDownsampleRate);
        _finalNorm = nn.LayerNorm([architecture.PromptEmbedDim]);
        RegisterComponents();
    }

    /// <summary>Applies all blocks.</summary>
    /// <param name="tokens">(P, T, C).</param>
    /// <param name="image">(P, HW, C).</param>
    /// <param name="imagePositions">(1, HW, C).</param>
    /// <param name="tokenMask">0 or -infinity a token, (P, 1, 1, T); null when every token counts.</param>
    /// <param name="adaptation">What a fine-tuning method adds.</param>
    /// <returns>Tokens and image, of the shapes given; the caller disposes them.</returns>
    public (Tensor Tokens, Tensor Image) Forward(Tensor tokens, Tensor image, Tensor imagePositions, Tensor? tokenMask, IModelAdaptation adaptation)
    {
        using var scope = NewDisposeScope();
        var queries = tokens;
        var keys = image;
        foreach (TwoWayAttentionBlock layer in _layers)
        {
            (queries, keys) = layer.Forward(queries, keys, tokens, imagePositions, tokenMask, adaptation);
        }

        var attended = _finalAttention.Forward(queries + tokens, keys + imagePositions, keys, null, adaptation);
        return (_finalNorm.call(queries + attended).MoveToOuterDisposeScope(), keys.MoveToOuterDisposeScope());
    }
}
