using SamTune.Checkpoints.Layouts;
using SamTune.Modeling.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Modeling.Decoder;

/// <summary>Tokens attend to each other, then to the image, pass a feed-forward layer, and the image attends back to them.</summary>
public sealed class TwoWayAttentionBlock : nn.Module
{
    private readonly bool _first;

    [ComponentName(Name = "self_attn")]
    private readonly DecoderAttention _self;

    [ComponentName(Name = "norm1")]
    private readonly LayerNorm _norm1;

    [ComponentName(Name = "cross_attn_token_to_image")]
    private readonly DecoderAttention _tokenToImage;

    [ComponentName(Name = "norm2")]
    private readonly LayerNorm _norm2;

    [ComponentName(Name = "mlp")]
    private readonly FeedForward _feedForward;

    [ComponentName(Name = "norm3")]
    private readonly LayerNorm _norm3;

    [ComponentName(Name = "norm4")]
    private readonly LayerNorm _norm4;

    [ComponentName(Name = "cross_attn_image_to_token")]
    private readonly DecoderAttention _imageToToken;

    /// <summary>Creates the block.</summary>
    /// <param name="path">Checkpoint name of this module.</param>
    /// <param name="architecture">Sizes.</param>
    /// <param name="first">The first block's self-attention takes the tokens without positions and replaces them instead of adding.</param>
    public TwoWayAttentionBlock(string path, SamArchitecture architecture, bool first)
        : base(path)
    {
        _first = first;
        long width = architecture.PromptEmbedDim;
        _self = new DecoderAttention($"{path}.self_attn", width, architecture.DecoderHeads, 1);
        _norm1 = nn.LayerNorm([width]);
        _tokenToImage = new DecoderAttention($"{path}.cross_attn_token_to_image", width, architecture.DecoderHeads, architecture.DecoderAttentionDownsampleRate);
        _norm2 = nn.LayerNorm([width]);
        _feedForward = new FeedForward($"{path}.mlp", width, architecture.DecoderMlpDim, gelu: false);
        _norm3 = nn.LayerNorm([width]);
        _norm4 = nn.LayerNorm([width]);
        _imageToToken = new DecoderAttention($"{path}.cross_attn_image_to_token", width, architecture.DecoderHeads, architecture.DecoderAttentionDownsampleRate);
        RegisterComponents();
    }

    /// <summary>Applies the block.</summary>
    /// <param name="tokens">(P, T, C).</param>
    /// <param name="image">(P, HW, C).</param>
    /// <param name="tokenPositions">What identifies each token, (P, T, C).</param>
    /// <param name="imagePositions">(1, HW, C).</param>
    /// <param name="tokenMask">0 or -infinity a token, (P, 1, 1, T); null when every token counts.</param>
    /// <param name="adaptation">What a fine-tuning method adds.</param>
    /// <returns>Tokens and image, of the shapes given; the caller disposes them.</returns>
    public (Tensor Tokens, Tensor Image) Forward(
        Tensor tokens, Tensor image, Tensor tokenPositions, Tensor imagePositions, Tensor? tokenMask, IModelAdaptation adaptation)
    {
        using var scope = NewDisposeScope();
        var q = _first ? tokens : tokens + tokenPositions;
        var attended = _self.Forward(q, q, tokens, tokenMask, adaptation);
        tokens = _norm1.call(_first ? attended : tokens + attended);

        var keys = image + imagePositions;
        tokens = _norm2.call(tokens + _tokenToImage.Forward(tokens + tokenPositions, keys, image, null, adaptation));
        tokens = _norm3.call(tokens + _feedForward.Forward(tokens, adaptation));
        image = _norm4.call(image + _imageToToken.Forward(keys, tokens + tokenPositions, tokens, tokenMask, adaptation));
        return (tokens.MoveToOuterDisposeScope(), image.MoveToOuterDisposeScope());
    }
}
