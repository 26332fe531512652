using SamTune.Modeling.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Modeling.Decoder;

/// <summary>Multi-head attention of the mask decoder; may work at a fraction of the token width.</summary>
public sealed class DecoderAttention : nn.Module
{
    private readonly string _path;
    private readonly int _heads;

    [ComponentName(Name = "q_proj")]
    private readonly Linear _query;

    [ComponentName(Name = "k_proj")]
    private readonly Linear _key;

    [ComponentName(Name = "v_proj")]
    private readonly Linear _value;

    [ComponentName(Name = "out_proj")]
    private readonly Linear _output;

    /// <summary>Creates the layer.</summary>
    /// <param name="path">Checkpoint name of this module.</param>
    /// <param name="width">C, the token width.</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="downsample">What the width is divided by inside.</param>
    public DecoderAttention(string path, long width, int heads, int downsample)
        : base(path)
    {
        _path = path;
        _heads = heads;
        long inner = width / downsample;
        _query = nn.Linear(width, inner);
        _key = nn.Linear(width, inner);
        _value = nn.Linear(width, inner);
        _output = nn.Linear(inner, width);
        RegisterComponents();
    }

    /// <summary>Attends from queries to keys.</summary>
    /// <param name="query">(P, N, C).</param>
    /// <param name="key">(P, M, C).</param>
    /// <param name="value">(P, M, C).</param>
    /// <param name="keyMask">What is added to the logits of each key, 0 or -infinity, (P, 1, 1, M); null when every key counts.</param>
    /// <param name="adaptation">What a fine-tuning method adds.</param>
    /// <returns>(P, N, C); the caller disposes it.</returns>
    public Tensor Forward(Tensor query, Tensor key, Tensor value, Tensor? keyMask, IModelAdaptation adaptation)
    {
        using var scope = NewDisposeScope();
        var q = Heads(adaptation.ApplyToLinear($"{_path}.q_proj", query, Autocast.Apply(_query, query)));
        var k = Heads(adaptation.ApplyToLinear($"{_path}.k_proj", key, Autocast.Apply(_key, key)));
        var v = Heads(adaptation.ApplyToLinear($"{_path}.v_proj", value, Autocast.Apply(_value, value)));
        var attended = nn.functional.scaled_dot_product_attention(q, k, v, keyMask?.expand(-1, _heads, q.shape[2], -1))
            .transpose(1, 2).reshape(query.shape[0], query.shape[1], -1);
        return adaptation.ApplyToLinear($"{_path}.out_proj", attended, Autocast.Apply(_output, attended)).MoveToOuterDisposeScope();
    }

    private Tensor Heads(Tensor tokens) => tokens.reshape(tokens.shape[0], tokens.shape[1], _heads, -1).transpose(1, 2);
}
