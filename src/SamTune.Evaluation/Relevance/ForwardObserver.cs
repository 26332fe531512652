using SamTune.Checkpoints.Layouts;
using SamTune.Modeling;
using SamTune.Modeling.Encoder;
using SamTune.Modeling.Preprocessing;
using static TorchSharp.torch;

namespace SamTune.Evaluation.Relevance;

/// <summary>
/// Watches a forward pass of one picture from the places where an adaptation acts. It hands on what the adaptation gave, so the pass is the ordinary one to the bit.
/// </summary>
internal sealed class ForwardObserver : IModelAdaptation
{
    // Queries of the final attention: the IoU token, then the mask tokens; the first of these draws the single mask.
    private const int MaskToken = 1;
    private const string FinalAttention = "mask_decoder.transformer.final_attn_token_to_image";
    private const string FusedEnd = ".attn.qkv";
    private readonly IModelAdaptation _inner;
    private readonly TokenRegions _regions;
    private readonly int _encoderHeads;
    private readonly int _decoderHeads;
    private readonly long[] _selected;
    private readonly float[] _sources;
    private readonly SamArchitecture _architecture;
    private readonly Dictionary<string, Tensor> _parameters;
    private readonly List<BlockTrace> _blocks = [];
    private (float[] Object, float[] Picture) _received = ([], []);
    private Tensor? _maskQuery;

    public ForwardObserver(IModelAdaptation inner, Sam model, TokenRegions regions)
    {
        _inner = inner;
        _regions = regions;
        _encoderHeads = model.Architecture.EncoderHeads;
        _decoderHeads = model.Architecture.DecoderHeads;
        _selected = [.. regions.SelectedInside.Concat(regions.SelectedOutside).Select(t => (long)t)];
        _architecture = model.Architecture;
        _parameters = model.named_parameters().Where(p => p.name.Contains(".attn.", StringComparison.Ordinal)).ToDictionary(p => p.name, p => (Tensor)p.parameter);

        // Weights of the query tokens, (g, g, 2): a mean over the heads and over the object's tokens, or over all of the picture's.
        int count = regions.Grid * regions.Grid;
        _sources = new float[2 * count];
        int[] picture = [.. regions.Inside, .. regions.Outside];
        Array.ForEach(regions.Inside, t => _sources[2 * t] = 1f / (regions.Inside.Length * _encoderHeads));
        Array.ForEach(picture, t => _sources[2 * t + 1] = 1f / (picture.Length * _encoderHeads));
    }

    /// <summary>One entry a block, after a pass of the encoder.</summary>
    public IReadOnlyList<BlockTrace> Blocks => _blocks;

    /// <summary>What the method added to the encoder's output, after a pass of the encoder.</summary>
    public AddedNorms Output { get; private set; }

    /// <summary>Attention of the token that draws the mask, (g, g) a prompt, after a pass of the decoder.</summary>
    public IReadOnlyList<float[]> Decoder { get; private set; } = [];

    public Tensor? PromptTokens => _inner.PromptTokens;

    public IReadOnlyList<BandStatistics> ExtraBands => _inner.ExtraBands;

    public IReadOnlyList<BandStatistics> ExtraBandsOf(int image) => _inner.ExtraBandsOf(image);

    public Tensor EmbedPatches(Tensor image, Func<Tensor, Tensor> embed) => _inner.EmbedPatches(image, embed);

    public Tensor ApplyToEmbedding(Tensor embedding)
    {
        var adapted = _inner.ApplyToEmbedding(embedding);
        using var scope = NewDisposeScope();
        Output = ReferenceEquals(adapted, embedding) ? default : new AddedNorms((adapted - embedding).norm().item<float>(), embedding.norm().item<float>());
        return adapted;
    }

    public Tensor ApplyToLinear(string layer, Tensor input, Tensor output)
    {
        var adapted = _inner.ApplyToLinear(layer, input, output);
        if (layer.EndsWith(FusedEnd, StringComparison.Ordinal))
        {
            _received = EncoderAttention(adapted, layer[..^".qkv".Length]);
        }
        else if (layer == $"{FinalAttention}.q_proj")
        {
            _maskQuery = adapted.narrow(1, MaskToken, 1);
        }
        else if (layer == $"{FinalAttention}.k_proj")
        {
            Decoder = DecoderAttention(_maskQuery!, adapted);
            _maskQuery = null;
        }

        return adapted;
    }

    public Tensor ApplyAfterBlock(int block, Tensor tokens)
    {
        var adapted = _inner.ApplyAfterBlock(block, tokens);
        using var scope = NewDisposeScope();
        var chosen = adapted.reshape(-1, adapted.shape[3]).index_select(0, tensor(_selected, device: adapted.device));
        bool untouched = ReferenceEquals(adapted, tokens);
        _blocks.Add(new BlockTrace(
            TensorCopy.ToArray(chosen), _received.Object, _received.Picture,
            untouched ? 0 : (adapted - tokens).norm().item<float>(), untouched ? 0 : tokens.norm().item<float>()));
        return adapted;
    }

    /// <summary>How much attention each token receives from the object's tokens and from all of the picture's, (g, g) each. Heads one by one: all at once would need gigabytes.</summary>
    private (float[] Object, float[] Picture) EncoderAttention(Tensor fused, string path)
    {
        using var scope = NewDisposeScope();
        int grid = _regions.Grid;
        int block = int.Parse(path.Split('.')[2]);
        long side = _architecture.GlobalAttentionBlocks.Contains(block) ? grid : _architecture.WindowSize;
        var windows = WindowPartition.Split(fused, side, _parameters[$"{path}.qkv.bias"]);
        var sources = tensor(_sources, [1, grid, grid, 2], device: fused.device);
        var weights = WindowPartition.Split(sources, side, zeros(2, device: fused.device)).reshape(windows.shape[0], side * side, 2).transpose(1, 2);
        var received = zeros_like(weights);
        for (int head = 0; head < _encoderHeads; head++)
        {
            using var step = NewDisposeScope();
            received.add_(matmul(weights, AttentionWeights.OfEncoder(windows, head, _encoderHeads, _parameters[$"{path}.rel_pos_h"], _parameters[$"{path}.rel_pos_w"])));
        }

        var map = WindowPartition.Join(received.transpose(1, 2).reshape(windows.shape[0], side, side, 2), grid, grid);
        return (TensorCopy.ToArray(map.select(3, 0)), TensorCopy.ToArray(map.select(3, 1)));
    }

    private List<float[]> DecoderAttention(Tensor query, Tensor key)
    {
        using var scope = NewDisposeScope();
        Tensor Heads(Tensor tokens) => tokens.reshape(tokens.shape[0], tokens.shape[1], _decoderHeads, -1).transpose(1, 2);
        var maps = AttentionWeights.Of(Heads(query), Heads(key), null).mean([1L]).squeeze(1);
        return [.. Enumerable.Range(0, (int)maps.shape[0]).Select(p => TensorCopy.ToArray(maps[p]))];
    }
}
