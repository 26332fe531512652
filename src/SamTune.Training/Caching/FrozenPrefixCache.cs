using SamTune.Adaptation;
using SamTune.Modeling;
using SamTune.Modeling.Layers;
using SamTune.Training.Batches;
using static TorchSharp.torch;

namespace SamTune.Training.Caching;

/// <summary>
/// What the frozen first part of the encoder makes of a picture: computed once, without gradients, and kept for pictures that come again. What is handed out has the stored precision
/// also where it was just computed, so that a run's numbers do not depend on what was kept before.
/// </summary>
/// <param name="model">The base.</param>
/// <param name="prefix">How far the frozen part reaches; not <see cref="FrozenPrefix.None"/>.</param>
/// <param name="store">Where it is kept; the caller's.</param>
/// <param name="baseFingerprint">Of the weights; any text for a store that serves one model alone.</param>
/// <param name="stored">Precision it is kept in.</param>
/// <param name="isBFloat16">Whether it is computed in mixed precision.</param>
internal sealed class FrozenPrefixCache(Sam model, FrozenPrefix prefix, IActivationStore store, string baseFingerprint, CachePrecision stored, bool isBFloat16)
{
    private const float LargestHalf = 65504;

    private readonly string _common = ActivationKey.Common(baseFingerprint, prefix.Blocks ?? 0, prefix.IsWhole, model.InputSide, stored, isBFloat16);

    /// <summary>Pictures that were there already.</summary>
    public long Found { get; private set; }

    /// <summary>Pictures that were computed.</summary>
    public long Computed { get; private set; }

    /// <summary>Tokens, (1, H, W, C), or the embedding, (1, C, g, g), of a picture, float32; not to be changed in place.</summary>
    public Tensor Get(BatchPicture picture)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        string? key = picture.ComesAgain && prefix.IsWorthKeeping ? ActivationKey.Of(_common, picture) : null;
        if (key is not null && store.Find(key) is { } kept)
        {
            Found++;
            // Widened where it is used: half as much to copy.
            return DeviceCopy.To(kept, model.Device).to(float32).alias().MoveToOuterDisposeScope();
        }

        Computed++;
        var rounded = Round(Compute(picture));
        if (key is not null)
        {
            store.Keep(key, rounded);
        }

        return rounded.to(float32).alias().MoveToOuterDisposeScope();
    }

    private Tensor Compute(BatchPicture picture)
    {
        using var precision = Autocast.BFloat16(isBFloat16);
        using var scope = NewDisposeScope();
        var tokens = model.ImageEncoder.Blocks(model.ImageEncoder.Embed(picture.Prepare(model, [])), 0, prefix.Blocks ?? 0, NoAdaptation.Instance);
        return (prefix.IsWhole ? model.ImageEncoder.Neck(tokens) : tokens).MoveToOuterDisposeScope();
    }

    // Activations between blocks can be large in single places; one that half precision cannot hold would be infinite.
    private Tensor Round(Tensor activation) => stored switch
    {
        CachePrecision.Bf16 => activation.to(bfloat16),
        CachePrecision.Fp16 when activation.abs().max().item<float>() <= LargestHalf => activation.to(float16),
        _ => activation,
    };
}
