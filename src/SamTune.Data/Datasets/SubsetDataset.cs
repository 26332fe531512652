namespace SamTune.Data.Datasets;

/// <summary>Some pictures of a data set, in the order given.</summary>
/// <param name="source">The whole.</param>
/// <param name="indices">Positions in the whole.</param>
public sealed class SubsetDataset(ISegmentationDataset source, IReadOnlyList<int> indices) : ISegmentationDataset
{
    /// <inheritdoc/>
    public string Name => source.Name;

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, string> Classes => source.Classes;

    /// <inheritdoc/>
    public IReadOnlyList<SampleInfo> Samples { get; } = [.. indices.Select(i => source.Samples[i])];

    /// <inheritdoc/>
    public Sample Load(int index) => source.Load(indices[index]);
}
