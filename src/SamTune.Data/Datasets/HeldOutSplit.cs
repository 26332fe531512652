using SamTune.Imaging;

namespace SamTune.Data.Datasets;

/// <summary>Parts a data set into training and validation so that no patient, volume or scene is on both sides.</summary>
/// <param name="Train">What is trained on.</param>
/// <param name="Validation">What is measured on.</param>
/// <param name="Warning">What the reader of a score must know; null when the groups part cleanly.</param>
public sealed record HeldOutSplit(ISegmentationDataset Train, ISegmentationDataset Validation, string? Warning)
{
    /// <summary>Holds out whole groups; with a single group, a block at its end after a gap, with a warning.</summary>
    /// <param name="dataset">The whole; at least two pictures.</param>
    /// <param name="share">Share of the pictures to hold out, between 0 and 1, both exclusive.</param>
    /// <param name="seed">Which groups are held out.</param>
    /// <exception cref="InputException">There is nothing to split.</exception>
    public static HeldOutSplit Create(ISegmentationDataset dataset, double share, long seed)
    {
        if (!(share is > 0 and < 1))
        {
            throw new ArgumentException($"split: the validation share is {share}; it must be between 0 and 1.", nameof(share));
        }

        int count = dataset.Samples.Count;
        if (count < 2)
        {
            throw new InputException($"{dataset.Name}: {count} picture(s); at least 2 are needed to hold some out. Add pictures or name a validation set.");
        }

        string[] groups = [.. dataset.Samples.Select(s => s.Group).Distinct().Order(StringComparer.Ordinal)];
        if (groups.Length == 1)
        {
            return SingleGroup(dataset, share, groups[0]);
        }

        DerivedRandom.Create(seed, "split", 0).Shuffle(groups);
        var held = new HashSet<string>();
        int heldCount = 0;
        foreach (string group in groups.Take(groups.Length - 1))
        {
            if (heldCount >= share * count && heldCount > 0)
            {
                break;
            }

            held.Add(group);
            heldCount += dataset.Samples.Count(s => s.Group == group);
        }

        return Create(dataset, i => held.Contains(dataset.Samples[i].Group), _ => false, null);
    }

    private static HeldOutSplit SingleGroup(ISegmentationDataset dataset, double share, string group)
    {
        // Neighbouring slices are nearly copies of each other: a gap of a twentieth keeps the closest apart.
        int count = dataset.Samples.Count, held = Math.Clamp((int)Math.Round(share * count), 1, count - 1), gap = Math.Min(count / 20, count - held - 1);
        return Create(dataset, i => i >= count - held, i => i >= count - held - gap,
            $"{dataset.Name}: all pictures belong to one group ('{group}'); validation holds out its last {held}, which resemble the others. Scores say little about other patients or scenes.");
    }

    private static HeldOutSplit Create(ISegmentationDataset dataset, Func<int, bool> held, Func<int, bool> dropped, string? warning)
    {
        int[] all = [.. Enumerable.Range(0, dataset.Samples.Count)];
        return new HeldOutSplit(new SubsetDataset(dataset, [.. all.Where(i => !held(i) && !dropped(i))]), new SubsetDataset(dataset, [.. all.Where(held)]), warning);
    }
}
