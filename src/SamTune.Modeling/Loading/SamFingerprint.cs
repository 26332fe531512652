using System.Runtime.InteropServices;
using SamTune.Checkpoints.Layouts;

namespace SamTune.Modeling.Loading;

/// <summary>Fingerprint of a model in memory: by it an artifact knows its base.</summary>
public static class SamFingerprint
{
    /// <summary>Computes the fingerprint of the weights as they are now; equal to <see cref="ModelFingerprint"/> of the file they were loaded from.</summary>
    /// <param name="model">The model, on any device. Compute it before the full method trains the weights or an update is merged into them.</param>
    /// <returns>SHA-256, 64 lower-case hexadecimal digits.</returns>
    public static string Compute(Sam model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var builder = new ModelFingerprintBuilder();
        foreach ((string name, TorchSharp.torch.Tensor tensor) in SamLoader.StateOf(model).OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            TensorCopy.Read(tensor, values => builder.Add(name, tensor.shape, MemoryMarshal.AsBytes(values)));
        }

        return builder.Finish();
    }
}
