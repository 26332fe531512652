using static TorchSharp.torch;

namespace SamTune.Training.Batches;

/// <summary>Image embeddings of a batch with their way back.</summary>
/// <param name="Embeddings">(B, C, g, g), in the dispose scope they were made in.</param>
/// <param name="Pass">The pass to go back through; null where the embeddings are part of the loss's own graph.</param>
internal sealed record EmbeddedBatch(Tensor Embeddings, BlockwisePass? Pass)
{
    /// <summary>Adds a loss's gradients to those of the trained parameters.</summary>
    public void Backward(Tensor loss)
    {
        loss.backward();
        Pass?.Backward();
    }
}
