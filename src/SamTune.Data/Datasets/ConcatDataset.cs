using SamTune.Imaging;

namespace SamTune.Data.Datasets;

/// <summary>
/// Several data sets one after the other, as one: training on several tasks at once. Classes of the same name become one class; ids are given anew, from 1, in the order in
/// which the names first appear. A sample's id is "part/id", so that the same picture may occur in several parts; groups stay as they are.
/// </summary>
public sealed class ConcatDataset : ISegmentationDataset
{
    private readonly IReadOnlyList<ISegmentationDataset> _parts;
    private readonly List<(int Part, int Index)> _positions = [];
    private readonly Dictionary<int, int>[] _classIds;

    /// <summary>Puts data sets one after the other.</summary>
    /// <param name="parts">At least one, each with a name of its own.</param>
    /// <param name="name">Name for logs and manifests.</param>
    /// <exception cref="ArgumentException">There is no part, or two share a name.</exception>
    public ConcatDataset(IReadOnlyList<ISegmentationDataset> parts, string name)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0 || parts.DistinctBy(p => p.Name).Count() != parts.Count)
            throw new ArgumentException($"{name}: at least one part is needed, each with a name of its own.", nameof(parts));

        _parts = parts;
        Name = name;
        string[] names = [.. parts.SelectMany(p => p.Classes.OrderBy(c => c.Key).Select(c => c.Value)).Distinct(StringComparer.Ordinal)];
        Classes = new SortedDictionary<int, string>(names.Index().ToDictionary(n => n.Index + 1, n => n.Item));
        _classIds = [.. parts.Select(p => p.Classes.ToDictionary(c => c.Key, c => Array.IndexOf(names, c.Value) + 1))];
        var samples = new List<SampleInfo>();
        for (int part = 0; part < parts.Count; part++)
        {
            for (int i = 0; i < parts[part].Samples.Count; i++)
            {
                _positions.Add((part, i));
                samples.Add(parts[part].Samples[i] with { Id = $"{parts[part].Name}/{parts[part].Samples[i].Id}" });
            }
        }

        Samples = samples;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, string> Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<SampleInfo> Samples { get; }

    /// <inheritdoc/>
    public long LargestVolume => _parts.Max(p => p.LargestVolume);

    /// <inheritdoc/>
    /// <exception cref="InputException">As for the part the sample is of.</exception>
    public Sample Load(int index)
    {
        (int part, int position) = _positions[index];
        Sample sample = _parts[part].Load(position);
        return sample with { Info = Samples[index], Objects = [.. sample.Objects.Select(o => o with { ClassId = _classIds[part][o.ClassId] })] };
    }

    /// <summary>The part that a sample is from, and its position there.</summary>
    internal (ISegmentationDataset Dataset, int Index) Locate(int index) => (_parts[_positions[index].Part], _positions[index].Index);
}
