using SamTune.Data.Datasets;
using SamTune.Imaging;

namespace SamTune.Evaluation.Relevance;

/// <summary>Chooses the pictures that a relevance report looks at.</summary>
public static class RelevanceSamples
{
    /// <summary>Reads the whole data set and picks pictures with objects, spread evenly over it.</summary>
    /// <param name="dataset">Where to choose from.</param>
    /// <param name="count">Pictures wanted, at least 1; fewer where fewer have an object.</param>
    /// <param name="cancel">Stops between pictures.</param>
    /// <exception cref="InputException">A picture cannot be read, or none has an object.</exception>
    public static IReadOnlyList<Sample> Choose(ISegmentationDataset dataset, int count, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        List<int> usable = [];
        for (int i = 0; i < dataset.Samples.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            if (dataset.Load(i).Objects.Count > 0)
            {
                usable.Add(i);
            }
        }

        return usable.Count > 0
            ? [.. Spread.Evenly(usable, count).Select(dataset.Load)]
            : throw new InputException($"{dataset.Name}: no object in {dataset.Samples.Count} picture(s); masks with at least one pixel are needed.");
    }
}
