using SamTune.Data.Datasets;
using SamTune.Imaging;

namespace SamTune.Data.Checking;

/// <summary>What lies at a place, opened.</summary>
/// <param name="Root">The folder or file, without the part that was asked for.</param>
/// <param name="Layout">How it is laid out, in words.</param>
/// <param name="Parts">What could be opened.</param>
/// <param name="Problems">What could not.</param>
public sealed record FoundDataset(string Root, string Layout, IReadOnlyList<DatasetPart> Parts, IReadOnlyList<DatasetProblem> Problems)
{
    /// <summary>The part that was asked for by name, as in "cells.jsonl:train"; null for all.</summary>
    public string? AskedPart { get; init; }

    /// <summary>Volumes that have no masks, so that they are in no part.</summary>
    public IReadOnlyList<SourceFile> Unmasked { get; init; } = [];

    /// <summary>The part of this split; null where there is none.</summary>
    /// <param name="split">"train", "val" or "test".</param>
    public DatasetPart? Find(string split) => Parts.FirstOrDefault(p => p.Split == split);

    /// <summary>All parts of the one task.</summary>
    /// <exception cref="InputException">Something could not be opened, or there are several tasks.</exception>
    public IReadOnlyList<DatasetPart> RequireAll()
    {
        if (Problems.FirstOrDefault(p => p.Severity == ProblemSeverity.Error) is { } problem)
            throw new InputException(problem.Message);
        return Parts.DistinctBy(p => p.Task).Count() <= 1
            ? Parts
            : throw new InputException($"{Root}: holds a tasks.json; choose one of its tasks with --task: {string.Join(", ", Parts.Select(p => p.Task).Distinct())}.");
    }

    /// <summary>The part for a purpose: of this split, or the only one where it is not of another split or was asked for by name.</summary>
    /// <param name="split">"train", "val" or "test".</param>
    /// <exception cref="InputException">Something could not be opened, there are several tasks, or there is no such part.</exception>
    public DatasetPart Choose(string split)
    {
        RequireAll();
        return Find(split) ?? (Parts is [var only] && (AskedPart != null || only.Split == DatasetSource.OnePart) ? only : throw new InputException(
            $"{Root}: has nothing for '{split}'; the parts are {string.Join(", ", Parts.Select(p => p.Split))}: choose one of them, as in {Root}:{Parts.Select(p => p.Split).FirstOrDefault("train")}."));
    }
}

/// <summary>One part of a data set.</summary>
/// <param name="Task">Name of the task; empty where there is only one.</param>
/// <param name="Split">"train", "val", "test", another word of a manifest or list, or "all" where the data set is in one part.</param>
/// <param name="Dataset">Its pictures.</param>
/// <param name="Files">The files it is read from, each once.</param>
public sealed record DatasetPart(string Task, string Split, IPreprocessedDataset Dataset, IReadOnlyList<SourceFile> Files)
{
    /// <summary>"task/split", or the split alone.</summary>
    public string Name => Task.Length == 0 ? Split : $"{Task}/{Split}";
}

/// <summary>A file of a data set.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="IsMask">Whether it holds masks rather than pictures.</param>
/// <param name="IsVolume">Whether it is a NIfTI volume, or a folder of DICOM files, rather than a picture.</param>
public sealed record SourceFile(string Path, bool IsMask, bool IsVolume)
{
    /// <summary>Which time point of a volume, as <see cref="NiftiSliceOptions.TimePoint"/>.</summary>
    public int? TimePoint { get; init; }

    /// <summary>Names of the bands where a file beside it says them; empty for the file's own.</summary>
    public IReadOnlyList<string> BandNames { get; init; } = [];
}
