using System.Text.Json.Serialization;

namespace SamTune.Adaptation.Lora;

/// <summary>Low-rank adaptation: W x + (alpha / rank) B A x with W frozen (Hu et al. 2022, "LoRA", section 4.1).</summary>
public sealed record LoraConfig : MethodConfig
{
    /// <summary>Name on the command line and in files.</summary>
    public const string MethodName = "lora";

    /// <summary>The highest rank that is taken.</summary>
    internal const int HighestRank = 1024;

    /// <summary>Rank of the update.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>Numerator of the scale alpha / rank.</summary>
    public double Alpha { get; init; } = 32;

    /// <summary>Share of the inputs to the update that is dropped in training, 0..1 (exclusive).</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>
    /// What gets an update: a kind (encoder.q, encoder.k, encoder.v, encoder.proj, encoder.mlp, decoder.q, decoder.k, decoder.v, decoder.out, decoder.mlp), the end of a
    /// layer's name (q_proj), or a pattern over whole names with * (image_encoder.blocks.1*.attn.qkv.q).
    /// </summary>
    public IReadOnlyList<string> Targets { get; init; } = ["encoder.q", "encoder.v"];

    /// <summary>
    /// Late placement: the first encoder block whose layers get an update; those of earlier blocks are no targets. Null for no such limit; the decoder's layers are not concerned. What lies
    /// before it is computed once a picture and kept, and nothing is propagated back through it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? FromBlock { get; init; }

    /// <inheritdoc/>
    public override string Method => MethodName;

    /// <inheritdoc/>
    public override double DefaultLearningRate => 1e-3;

    /// <inheritdoc/>
    protected override void ValidateMethod()
    {
        if (Rank is < 1 or > HighestRank)
        {
            throw new ArgumentException($"lora: the rank is {Rank}; it must be 1 to {HighestRank}.");
        }

        if (!(Alpha > 0))
        {
            throw new ArgumentException($"lora: alpha is {Alpha}; it must be above 0.");
        }

        if (!(Dropout is >= 0 and < 1))
        {
            throw new ArgumentException($"lora: dropout is {Dropout}; it must be at least 0 and below 1.");
        }

        LatePlacement.Validate(FromBlock, Method);
        if (Targets.Count == 0)
        {
            throw new ArgumentException("lora: no targets; name at least one, such as encoder.q.");
        }
    }
}
