using System.Text.Json.Serialization;

namespace SamTune.Adaptation.Adapters;

/// <summary>
/// Adapter layers: after chosen encoder blocks, and on request on the image embedding, x + up(GELU(down(x))) (Houlsby et al. 2019, "Parameter-efficient transfer learning for NLP").
/// </summary>
public sealed record AdapterConfig : MethodConfig
{
    /// <summary>Name on the command line and in files.</summary>
    public const string MethodName = "adapters";

    /// <summary>Width of the bottleneck.</summary>
    public int Bottleneck { get; init; } = 64;

    /// <summary>Whether both projections have biases.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>Encoder blocks that get an adapter; null for all, none only where <see cref="Output"/> is set.</summary>
    public IReadOnlyList<int>? Blocks { get; init; }

    /// <summary>
    /// Late placement: the first encoder block that gets an adapter, those behind it get one too; null for no such limit. What lies before it is computed once a picture and kept, and
    /// nothing is propagated back through it. Cannot be given beside <see cref="Blocks"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? FromBlock { get; init; }

    /// <summary>
    /// Whether the encoder's output, the image embedding (B, C, g, g), gets an adapter. With no blocks beside it the encoder stays frozen as a whole: its embeddings are computed
    /// once, and a step costs what one of prompt tuning costs.
    /// </summary>
    public bool Output { get; init; }

    /// <inheritdoc/>
    public override string Method => MethodName;

    /// <inheritdoc/>
    public override double DefaultLearningRate => 1e-3;

    /// <summary>Parameters of one adapter at a token width.</summary>
    /// <param name="width">Width of the tokens: the encoder's, or the decoder's for the adapter of the output.</param>
    public long ParametersPerBlock(long width) => 2 * width * Bottleneck + (Bias ? width + Bottleneck : 0);

    /// <summary>The blocks that get an adapter, ascending.</summary>
    /// <param name="depth">Blocks of the encoder.</param>
    public IReadOnlyList<int> BlocksOf(int depth) =>
        [.. (Blocks ?? Enumerable.Range(FromBlock ?? 0, Math.Max(0, depth - (FromBlock ?? 0)))).Distinct().Order()];

    /// <inheritdoc/>
    protected override void ValidateMethod()
    {
        if (Bottleneck < 1)
        {
            throw new ArgumentException($"adapters: the bottleneck is {Bottleneck}; it must be at least 1.");
        }

        LatePlacement.Validate(FromBlock, Method);
        if (Blocks is not null && FromBlock is not null)
        {
            throw new ArgumentException($"adapters: a list of blocks and the first block {FromBlock} are both given; give one of them.");
        }

        if (Blocks is { Count: 0 } && !Output)
        {
            throw new ArgumentException("adapters: no blocks are chosen; leave the list out for all blocks, or put an adapter on the output.");
        }
    }
}
