using SamTune.Imaging;

namespace SamTune.Data.Datasets;

/// <summary>
/// Parts a data set so that what is measured was not learned: whole groups (patients, volumes, scenes) go to one part. The same data,
/// options and seed give the same parts.
/// </summary>
public static class Splits
{
    /// <summary>
    /// Holds out whole groups. Where there are too few, the rest is cut into neighbouring blocks with gaps between them, in the order
    /// train, validation, test, and the result carries a warning.
    /// </summary>
    /// <param name="dataset">What to split.</param>
    /// <param name="options">Shares, seed and gap.</param>
    /// <exception cref="InputException">Options are out of range, or there are too few samples.</exception>
    public static DatasetSplit HoldOut(ISegmentationDataset dataset, SplitOptions options)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();

        List<Group> groups = Shuffle(dataset, options.Seed);
        int held = (options.Validation > 0 ? 1 : 0) + (options.Test > 0 ? 1 : 0);
        if (groups.Count > held)
        {
            List<int> test = Take(groups, options.Test, dataset.Samples.Count, keep: 1 + (options.Validation > 0 ? 1 : 0));
            List<int> validation = Take(groups, options.Validation, dataset.Samples.Count, keep: 1);
            return Create(dataset, [.. groups.SelectMany(g => g.Indices)], validation, test, warning: null);
        }

        // With one part to hold out, two groups are enough and were handled above.
        if (groups.Count == 2)
        {
            // Two groups for three parts: the test is the one that has to be independent.
            (List<int> train, List<int> validation, _) = Blocks(dataset, groups[0].Indices, options with { Test = 0 });
            string shared = $"{dataset.Name}: two groups for three parts; validation is a block of the training group "
                + $"'{groups[0].Name}', so early stopping sees its own patient.";
            return Create(dataset, train, validation, groups[1].Indices, shared);
        }

        (List<int> first, List<int> second, List<int> third) = Blocks(dataset, groups[0].Indices, options);
        string warning = $"{dataset.Name}: one group only ('{groups[0].Name}'); the parts are blocks of it with {options.Gap} samples "
            + "between them, so scores say how well it works on this one, not on others.";
        return Create(dataset, first, second, third, warning);
    }

    /// <summary>Parts given by name.</summary>
    /// <param name="dataset">What to split.</param>
    /// <param name="train">Sample ids.</param>
    /// <param name="validation">Sample ids; may be empty.</param>
    /// <param name="test">Sample ids; may be empty.</param>
    /// <exception cref="InputException">An id is unknown or in two parts, or the training part is empty.</exception>
    public static DatasetSplit FromIds(
        ISegmentationDataset dataset, IReadOnlyList<string> train, IReadOnlyList<string> validation, IReadOnlyList<string> test)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        Dictionary<string, int> positions = dataset.Samples.Select((sample, index) => (sample.Id, index))
            .ToDictionary(p => p.Id, p => p.index, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        List<int> Find(IReadOnlyList<string> ids, string part) => [.. ids.Select(id =>
        {
            if (!positions.TryGetValue(id, out int position))
            {
                throw new InputException(
                    $"{dataset.Name}: the {part} list names '{id}', which is no sample; the first is '{dataset.Samples[0].Id}': "
                        + "check the spelling.");
            }

            if (!seen.Add(id))
                throw new InputException($"{dataset.Name}: '{id}' is listed twice, the second time for {part}; list every sample once.");
            return position;
        })];

        List<int> trainIndices = Find(train, "train"), validationIndices = Find(validation, "validation"), testIndices = Find(test, "test");
        if (trainIndices.Count == 0)
            throw new InputException($"{dataset.Name}: the train list is empty; name at least one sample.");

        DatasetSplit split = Create(dataset, trainIndices, validationIndices, testIndices, warning: null);
        IReadOnlyList<string> shared = SharedGroups(split.Train, split.Validation, split.Test);
        if (shared.Count == 0)
            return split;

        string warning = $"{dataset.Name}: {shared.Count} groups are in more than one part ({FilePairs.Names(shared)}), so scores are too "
            + "good; keep each patient, volume or scene in one part.";
        return split with { Warning = warning };
    }

    /// <summary>Groups that are in more than one of some data sets; none is what a clean split has.</summary>
    /// <param name="parts">The data sets.</param>
    public static IReadOnlyList<string> SharedGroups(params IReadOnlyList<ISegmentationDataset> parts)
        =>
        [
            .. parts.SelectMany(part => part.Samples.Select(s => s.Group).Distinct())
                .CountBy(group => group).Where(g => g.Value > 1).Select(g => g.Key).Order(StringComparer.Ordinal),
        ];

    private static List<Group> Shuffle(ISegmentationDataset dataset, long seed)
    {
        List<Group> groups =
        [
            .. dataset.Samples.Select((sample, index) => (sample.Group, index)).GroupBy(p => p.Group)
                .Select(g => new Group(g.Key, [.. g.Select(p => p.index)])).OrderBy(g => g.Name, StringComparer.Ordinal),
        ];
        if (groups.Count == 0)
            throw new InputException($"{dataset.Name}: no samples; nothing can be split.");

        Random random = DerivedRandom.Create(seed, "split", 0);
        for (int i = groups.Count - 1; i > 0; i--)
        {
            int j = random.Next(i + 1);
            (groups[i], groups[j]) = (groups[j], groups[i]);
        }

        return groups;
    }

    // Whole groups from the end until the share is reached, but at least one and never so many that too few are kept.
    private static List<int> Take(List<Group> groups, double share, int total, int keep)
    {
        var taken = new List<int>();
        while (share > 0 && groups.Count > keep && (taken.Count == 0 || taken.Count + (groups[^1].Indices.Count / 2) < share * total))
        {
            taken.AddRange(groups[^1].Indices);
            groups.RemoveAt(groups.Count - 1);
        }

        return taken;
    }

    private static (List<int> Train, List<int> Validation, List<int> Test) Blocks(
        ISegmentationDataset dataset, List<int> indices, SplitOptions options)
    {
        int validation = options.Validation > 0 ? Math.Max(1, (int)Math.Round(indices.Count * options.Validation)) : 0;
        int test = options.Test > 0 ? Math.Max(1, (int)Math.Round(indices.Count * options.Test)) : 0;
        int gaps = (validation > 0 ? options.Gap : 0) + (test > 0 ? options.Gap : 0);
        int train = indices.Count - validation - test - gaps;
        if (train < 1)
        {
            throw new InputException(
                $"{dataset.Name}: {indices.Count} samples in one group; {validation} for validation, {test} for testing and "
                    + $"{gaps} between them leave none to train on: add data or hold out less.");
        }

        int validationStart = train + (validation > 0 ? options.Gap : 0);
        return (indices[..train], indices[validationStart..(validationStart + validation)], indices[(indices.Count - test)..]);
    }

    private static DatasetSplit Create(ISegmentationDataset dataset, List<int> train, List<int> validation, List<int> test, string? warning)
        => new(Part(dataset, train, "train"), Part(dataset, validation, "val"), Part(dataset, test, "test"), warning);

    private static SubsetDataset Part(ISegmentationDataset dataset, List<int> indices, string name)
        => new(dataset, indices.Order(), $"{dataset.Name}/{name}");

    private sealed record Group(string Name, List<int> Indices);
}
