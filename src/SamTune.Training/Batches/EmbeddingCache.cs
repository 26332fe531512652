using SamTune.Adaptation;
using SamTune.Modeling;
using static TorchSharp.torch;

namespace SamTune.Training.Batches;

/// <summary>
/// Image embeddings of a batch. Where the method leaves the image encoder alone each of the data set's own pictures is encoded once and its
/// embedding kept, up to a limit in bytes; varied pictures are encoded each time, without gradients. What acts on embeddings alone is applied to the kept ones. Otherwise
/// all are encoded, with gradients.
/// </summary>
internal sealed class EmbeddingCache(Sam model, IFineTuning method, long limitBytes) : IDisposable
{
    private readonly Dictionary<int, Tensor> _kept = [];
    private long _bytes;

    /// <summary>Embeddings, (B, C, g, g), in the caller's dispose scope.</summary>
    public Tensor Embed(TrainingBatch batch)
    {
        using var scope = NewDisposeScope();
        if (method.ChangesImageEncoder)
        {
            var images = cat([.. batch.Pictures.Select(p => p.Prepare(model, method.Adaptation.ExtraBands))], 0);
            return model.EncodeImages(images, method.Adaptation).MoveToOuterDisposeScope();
        }

        return method.Adaptation.ApplyToEmbedding(cat([.. batch.Pictures.Select(One)], 0)).MoveToOuterDisposeScope();
    }

    /// <summary>Number of embeddings kept.</summary>
    internal int Count => _kept.Count;

    public void Dispose()
    {
        foreach (Tensor embedding in _kept.Values)
        {
            embedding.Dispose();
        }
    }

    private Tensor One(BatchPicture picture)
    {
        if (picture.Index is { } index && _kept.TryGetValue(index, out Tensor? kept))
        {
            return kept;
        }

        using var guard = no_grad();
        var embedding = model.EncodeImages(picture.Prepare(model, []), NoAdaptation.Instance);
        long bytes = embedding.numel() * sizeof(float);
        if (picture.Index is { } position && _bytes + bytes <= limitBytes)
        {
            _kept[position] = embedding.DetachFromDisposeScope();
            _bytes += bytes;
        }

        return embedding;
    }
}
