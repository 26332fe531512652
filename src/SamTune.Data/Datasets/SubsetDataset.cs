using SamTune.Imaging;

namespace SamTune.Data.Datasets;

/// <summary>Some samples of another data set.</summary>
public sealed class SubsetDataset : ISegmentationDataset
{
    private readonly ISegmentationDataset _whole;
    private readonly int[] _indices;

    /// <summary>Selects samples.</summary>
    /// <param name="whole">The data set to select from.</param>
    /// <param name="indices">Positions in it, in the order wanted.</param>
    /// <param name="name">Name for logs and manifests.</param>
    /// <exception cref="ArgumentOutOfRangeException">A position does not exist.</exception>
    public SubsetDataset(ISegmentationDataset whole, IEnumerable<int> indices, string name)
    {
        ArgumentNullException.ThrowIfNull(whole);
        _whole = whole;
        _indices = [.. indices];
        foreach (int index in _indices)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(indices));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, whole.Samples.Count, nameof(indices));
        }

        Name = name;
        Samples = [.. _indices.Select(i => whole.Samples[i])];
    }

    /// <summary>Selects samples at even distances over all of a data set, so that neighbours, which tell much the same, are thinned.</summary>
    /// <param name="whole">The data set to select from.</param>
    /// <param name="most">How many at most; all of a smaller one.</param>
    /// <param name="name">Name for logs and manifests.</param>
    public static SubsetDataset Evenly(ISegmentationDataset whole, int most, string name)
    {
        ArgumentNullException.ThrowIfNull(whole);
        int count = Math.Min(most, whole.Samples.Count);
        return new SubsetDataset(whole, Enumerable.Range(0, count).Select(i => (int)((i + 0.5) * whole.Samples.Count / count)), name);
    }

    /// <summary>The data set that the samples are of.</summary>
    public ISegmentationDataset Whole => _whole;

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, string> Classes => _whole.Classes;

    /// <inheritdoc/>
    public IReadOnlyList<SampleInfo> Samples { get; }

    /// <inheritdoc/>
    public long LargestVolume => _whole.LargestVolume;

    /// <inheritdoc/>
    /// <exception cref="InputException">As for the whole data set.</exception>
    public Sample Load(int index) => _whole.Load(_indices[index]);

    /// <summary>The data set that a sample is from, and its position there.</summary>
    internal (ISegmentationDataset Dataset, int Index) Locate(int index) => (_whole, _indices[index]);
}
