using static TorchSharp.torch;

namespace SamTune.Modeling.Layers;

/// <summary>
/// What the backward pass of a function written here returned. libtorch takes it over when the pass has returned, but the tensors that were handed over still count as users of the memory until they are disposed, and the dispose scope around the
/// whole backward pass would do that at its end: for ViT-B at 1024 pixels 88 MB of the widest layer of a block, while the gradients of the rest of the block are computed.
/// </summary>
/// <remarks>For functions whose backward pass runs on the calling thread: of tensors in main memory.</remarks>
internal static class ReturnedGradients
{
    [ThreadStatic]
    private static List<Tensor>? s_last;

    /// <summary>Disposes what the last backward pass on this thread returned; to be called first in a backward pass.</summary>
    public static void Release()
    {
        s_last?.ForEach(t => t.Dispose());
        s_last = null;
    }

    /// <summary>Hands gradients over, out of the current dispose scope.</summary>
    /// <param name="gradients">One for each argument; null where none is wanted.</param>
    public static List<Tensor> Return(params Tensor?[] gradients)
    {
        s_last = [.. gradients.OfType<Tensor>().Select(t => t.MoveToOuterDisposeScope())];
        return [.. gradients.Select(t => t!)];
    }
}
