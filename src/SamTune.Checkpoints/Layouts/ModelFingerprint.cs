namespace SamTune.Checkpoints.Layouts;

/// <summary>
/// A fingerprint of a model's weights, the same for every format, layout and order of the same numbers: an adapter names its base by it. It is the
/// SHA-256 over all tensors of the model sorted by reference name, see <see cref="ModelFingerprintBuilder"/>.
/// </summary>
public static class ModelFingerprint
{
    /// <summary>Computes the fingerprint of the model in a checkpoint, reading it once, piece by piece.</summary>
    /// <param name="checkpoint">A whole model. Tensors that the model does not know are left out.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    /// <exception cref="CheckpointException">A tensor of the model is missing, or the file cannot be read.</exception>
    public static string Compute(SamCheckpoint checkpoint)
    {
        using ModelFingerprintBuilder builder = new();
        foreach (TensorEntry needed in SamStateDict.Entries(checkpoint.Architecture).OrderBy(static entry => entry.Name, StringComparer.Ordinal))
        {
            if (!checkpoint.TryGet(needed.Name, out TensorEntry? entry))
            {
                throw new CheckpointException($"{checkpoint.FileName}: '{needed.Name}' is missing; the fingerprint needs a whole SAM checkpoint.");
            }

            builder.Begin(entry.Name, entry.Shape);
            checkpoint.CopyAsFloat32To(entry.Name, builder.Content);
        }

        return builder.Finish();
    }
}
