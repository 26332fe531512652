using SamTune.Checkpoints.Layouts;
using SamTune.Modeling.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Modeling.Decoder;

/// <summary>SAM's mask decoder: one token a mask, turned into a filter over the upscaled image map, and an estimate of each mask's IoU.</summary>
public sealed class MaskDecoder : nn.Module
{
    private readonly int _maskTokenCount;

    [ComponentName(Name = "transformer")]
    private readonly TwoWayTransformer _transformer;

    [ComponentName(Name = "iou_token")]
    private readonly Embedding _iouToken;

    [ComponentName(Name = "mask_tokens")]
    private readonly Embedding _maskTokens;

    [ComponentName(Name = "output_upscaling")]
    private readonly MaskUpscaling _upscaling;

    [ComponentName(Name = "output_hypernetworks_mlps")]
    private readonly ModuleList<MultilayerPerceptron> _hypernetworks;

    [ComponentName(Name = "iou_prediction_head")]
    private readonly MultilayerPerceptron _iouHead;

    /// <summary>Creates the decoder with fresh weights.</summary>
    /// <param name="architecture">Sizes; validated by the caller.</param>
    public MaskDecoder(SamArchitecture architecture)
        : base("mask_decoder")
    {
        long width = architecture.PromptEmbedDim;
        _maskTokenCount = architecture.MultimaskOutputs + 1;
        _transformer = new TwoWayTransformer("mask_decoder.transformer", architecture);
        _iouToken = nn.Embedding(1, width);
        _maskTokens = nn.Embedding(_maskTokenCount, width);
        _upscaling = new MaskUpscaling(width);
        _hypernetworks = new ModuleList<MultilayerPerceptron>([.. Enumerable.Range(0, _maskTokenCount)
            .Select(_ => new MultilayerPerceptron(width, width, width / 8, 3))]);
        _iouHead = new MultilayerPerceptron(width, architecture.IouHeadHiddenDim, _maskTokenCount, architecture.IouHeadDepth);
        RegisterComponents();
    }

    /// <summary>Predicts every mask: index 0 is the single-mask output, 1.. are the alternatives of an ambiguous prompt.</summary>
    /// <param name="image">Image embedding of each prompt's image, (P, C, g, g).</param>
    /// <param name="positions">Position codes of the embedding, (1, C, g, g).</param>
    /// <param name="sparse">Sparse prompt tokens, (P, T, C).</param>
    /// <param name="sparsePresent">Which of them exist, (P, T) bool; null when all do.</param>
    /// <param name="dense">Dense prompt map, (P, C, g, g).</param>
    /// <param name="adaptation">What a fine-tuning method adds.</param>
    /// <returns>Low-res logits (P, M, 4g, 4g) and estimated IoU (P, M), M = masks; the caller disposes them.</returns>
    public (Tensor LowRes, Tensor Iou) Forward(
        Tensor image, Tensor positions, Tensor sparse, Tensor? sparsePresent, Tensor dense, IModelAdaptation adaptation)
    {
        using var scope = NewDisposeScope();
        long prompts = sparse.shape[0];
        var outputTokens = cat([_iouToken.weight!, _maskTokens.weight!], 0).unsqueeze(0).expand(prompts, -1, -1);
        var tokens = cat([outputTokens, sparse], 1);
        var source = (image + dense).flatten(2).transpose(1, 2);
        (Tensor hidden, Tensor keys) = _transformer.Forward(
            tokens, source, positions.flatten(2).transpose(1, 2), TokenMask(sparsePresent, _maskTokenCount + 1), adaptation);

        var filters = stack([.. _hypernetworks.Select((mlp, i) => mlp.call(hidden.select(1, i + 1)))], 1);
        var masks = _upscaling.Forward(keys, filters);
        var iou = _iouHead.call(hidden.select(1, 0));
        return (masks.MoveToOuterDisposeScope(), iou.MoveToOuterDisposeScope());
    }

    private static Tensor? TokenMask(Tensor? sparsePresent, long outputTokens)
    {
        if (sparsePresent is null)
        {
            return null;
        }

        var output = zeros(sparsePresent.shape[0], outputTokens, device: sparsePresent.device);
        var missing = zeros_like(sparsePresent, dtype: float32).masked_fill(sparsePresent.logical_not(), float.NegativeInfinity);
        return cat([output, missing], 1).unsqueeze(1).unsqueeze(1);
    }
}
