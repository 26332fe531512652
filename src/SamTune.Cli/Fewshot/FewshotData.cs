using SamTune.Data;
using SamTune.Data.Datasets;
using SamTune.Imaging;

namespace SamTune.Cli.Fewshot;

/// <summary>The parts that few-shot trainings share: pictures to draw from, and the same validation and test pictures for all.</summary>
internal sealed class FewshotData
{
    private FewshotData(ISegmentationDataset pool, DatasetSplit split)
    {
        Pool = pool;
        Validation = split.Validation;
        Test = split.Test;
        Warning = split.Warning;
    }

    /// <summary>Training pictures with at least one object.</summary>
    public ISegmentationDataset Pool { get; }

    /// <summary>What decides when to stop.</summary>
    public ISegmentationDataset Validation { get; }

    /// <summary>What is measured.</summary>
    public ISegmentationDataset Test { get; }

    /// <summary>What a reader of the numbers must know; null when there is nothing.</summary>
    public string? Warning { get; }

    /// <summary>Reads every picture once and keeps the training pictures that have objects.</summary>
    /// <param name="split">The parts.</param>
    /// <param name="cancel">Stops between pictures.</param>
    /// <exception cref="InputException">A picture cannot be read, or a part has no object.</exception>
    public static FewshotData Of(DatasetSplit split, CancellationToken cancel)
    {
        ISegmentationDataset pool = WithObjects(split.Train, "train on", cancel);
        WithObjects(split.Validation, "stop by", cancel);
        WithObjects(split.Test, "measure on", cancel);
        return new FewshotData(pool, split);
    }

    /// <summary>The pictures of one training. Of one seed, fewer pictures are among more.</summary>
    /// <param name="count">How many, at most those of <see cref="Pool"/>.</param>
    /// <param name="seed">Which.</param>
    public SubsetDataset Draw(int count, long seed)
    {
        int[] order = [.. Enumerable.Range(0, Pool.Samples.Count)];
        DerivedRandom.Create(seed, "few-shot", 0).Shuffle(order);
        return new SubsetDataset(Pool, order.Take(count), $"{Pool.Name}, {count} drawn by seed {seed}");
    }

    private static SubsetDataset WithObjects(ISegmentationDataset part, string purpose, CancellationToken cancel)
    {
        var indices = new List<int>();
        for (int i = 0; i < part.Samples.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            if (part.Load(i).Objects.Count > 0)
            {
                indices.Add(i);
            }
        }

        return indices.Count > 0
            ? new SubsetDataset(part, indices, part.Name)
            : throw new InputException($"{part.Name}: no object in {part.Samples.Count} picture(s) to {purpose}; add data, or hold out other shares with --val-share and --test-share.");
    }
}
