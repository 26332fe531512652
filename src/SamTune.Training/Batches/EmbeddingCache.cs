using SamTune.Adaptation;
using SamTune.Modeling;
using SamTune.Modeling.Preprocessing;
using static TorchSharp.torch;

namespace SamTune.Training.Batches;

/// <summary>
/// Image embeddings of a batch. Where the method leaves the image encoder alone each picture is encoded once and its embedding kept,
/// up to a limit in bytes; otherwise it is computed with gradients every time.
/// </summary>
internal sealed class EmbeddingCache(Sam model, IFineTuning method, long limitBytes) : IDisposable
{
    private readonly Dictionary<int, Tensor> _kept = [];
    private long _bytes;

    /// <summary>Embeddings, (B, C, g, g), in the caller's dispose scope.</summary>
    public Tensor Embed(TrainingBatch batch)
    {
        if (method.ChangesImageEncoder)
        {
            using var images = ImagePreprocessor.Prepare(batch.Images, model.InputSide, model.Device);
            return model.EncodeImages(images, method.Adaptation);
        }

        using var scope = NewDisposeScope();
        return cat([.. batch.Indices.Select((index, i) => One(index, batch, i))], 0).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (Tensor embedding in _kept.Values)
        {
            embedding.Dispose();
        }
    }

    private Tensor One(int index, TrainingBatch batch, int position)
    {
        if (_kept.TryGetValue(index, out Tensor? kept))
        {
            return kept;
        }

        using var guard = no_grad();
        var image = ImagePreprocessor.Prepare(batch.Images[position], model.InputSide, model.Device);
        var embedding = model.EncodeImages(image, NoAdaptation.Instance);
        long bytes = embedding.numel() * sizeof(float);
        if (_bytes + bytes <= limitBytes)
        {
            _kept[index] = embedding.DetachFromDisposeScope();
            _bytes += bytes;
        }

        return embedding;
    }
}
