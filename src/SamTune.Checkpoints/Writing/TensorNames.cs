namespace SamTune.Checkpoints.Writing;

/// <summary>What both formats ask of the names.</summary>
internal static class TensorNames
{
    public static void CheckDistinct(IReadOnlyList<TensorData> tensors)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (TensorData tensor in tensors)
        {
            if (!names.Add(tensor.Name))
            {
                throw new ArgumentException($"Two tensors are called '{tensor.Name}'.", nameof(tensors));
            }
        }
    }
}
