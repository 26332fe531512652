using SamTune.Adaptation;
using SamTune.Modeling;
using SamTune.Modeling.Encoder;
using SamTune.Training.Caching;
using static TorchSharp.torch;

namespace SamTune.Training.Batches;

/// <summary>Image embeddings of a batch: the frozen part of the encoder picture by picture without gradients, kept where a picture comes again; the rest with gradients.</summary>
/// <param name="model">The base.</param>
/// <param name="method">What is trained.</param>
/// <param name="frozen">Makes the frozen part.</param>
/// <param name="isCheckpointed">Whether the rest is computed again in the backward pass instead of kept.</param>
internal sealed class ImageEmbedder(Sam model, IFineTuning method, FrozenPrefixCache frozen, bool isCheckpointed)
{
    private readonly List<Func<Tensor, Tensor>> _parts = Parts(model.ImageEncoder, method);

    /// <summary>Embeds a batch; everything belongs to the caller's dispose scope, which outlives the backward pass.</summary>
    public EmbeddedBatch Embed(TrainingBatch batch)
    {
        if (is_grad_enabled() && _parts.Count > 1)
        {
            var pass = new BlockwisePass(_parts, Start(batch), method, isCheckpointed);
            return new EmbeddedBatch(pass.Output, pass);
        }

        using var scope = NewDisposeScope();
        Tensor x = Start(batch);
        foreach (Func<Tensor, Tensor> part in _parts)
        {
            Tensor next = part(x);
            if (!ReferenceEquals(next, x))
            {
                x.Dispose();
            }

            x = next;
        }

        return new EmbeddedBatch(x.MoveToOuterDisposeScope(), null);
    }

    // What the first part takes: pictures where nothing is frozen, else what the frozen part made of them.
    private Tensor Start(TrainingBatch batch)
    {
        using var scope = NewDisposeScope();
        return cat([.. batch.Pictures.Select(p => method.FrozenPrefix.Blocks is null ? p.Prepare(model, method.Adaptation.ExtraBands) : frozen.Get(p))], 0).MoveToOuterDisposeScope();
    }

    // Behind the frozen part, block by block.
    private static List<Func<Tensor, Tensor>> Parts(ImageEncoder encoder, IFineTuning method)
    {
        IModelAdaptation adaptation = method.Adaptation;
        if (method.FrozenPrefix.IsWhole)
        {
            return [adaptation.ApplyToEmbedding];
        }

        var parts = new List<Func<Tensor, Tensor>>();
        if (method.FrozenPrefix.Blocks is not { } first)
        {
            first = 0;
            parts.Add(image => encoder.Embed(image, adaptation));
        }
        else if (first > 0)
        {
            // An adapter behind the last frozen block.
            parts.Add(tokens => adaptation.ApplyAfterBlock(first - 1, tokens));
        }

        parts.AddRange(Enumerable.Range(first, encoder.Depth - first).Select(block => (Func<Tensor, Tensor>)(tokens => encoder.Blocks(tokens, block, block + 1, adaptation))));
        parts.Add(tokens => adaptation.ApplyToEmbedding(encoder.Neck(tokens)));
        return parts;
    }
}
