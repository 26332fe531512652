using SamTune.Checkpoints;
using SamTune.Imaging;
using static TorchSharp.torch;

namespace SamTune.Modeling.Loading;

/// <summary>Tensors on their way into a file.</summary>
public static class CheckpointTensor
{
    /// <summary>A tensor to be written. Its values are read only when its turn comes, from a tensor in main memory without a copy, and refused there if they are not finite in the stored type.</summary>
    /// <param name="path">The file to be written, for messages.</param>
    /// <param name="name">The key.</param>
    /// <param name="tensor">Any device; must live until the file has been written.</param>
    /// <param name="half">Stores half precision instead of single precision.</param>
    /// <returns>What the writers take; writing it throws <see cref="InputException"/> where a value is not finite or does not fit half precision.</returns>
    public static TensorData Create(string path, string name, Tensor tensor, bool half)
    {
        TensorElementType storedAs = half ? TensorElementType.Float16 : TensorElementType.Float32;
        return new TensorData(name, storedAs, tensor.shape, stream => TensorCopy.Read(tensor, values =>
        {
            CheckFinite(path, name, values, half ? (float)Half.MaxValue : float.MaxValue);
            TensorData.WriteFloat32(stream, values, storedAs);
        }));
    }

    private static void CheckFinite(string path, string name, ReadOnlySpan<float> values, float largest)
    {
        foreach (float value in values)
        {
            // Not a number fails every comparison.
            if (!(Math.Abs(value) <= largest))
            {
                string remedy = float.IsFinite(value) ? "save in full precision" : "training diverged, lower the learning rate";
                throw new InputException($"{Path.GetFileName(path)}: '{name}' holds {value}; finite values up to {largest} are needed: {remedy}.");
            }
        }
    }
}
