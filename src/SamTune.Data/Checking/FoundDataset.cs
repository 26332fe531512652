using SamTune.Data.Datasets;

namespace SamTune.Data.Checking;

/// <summary>What lies in a folder, opened.</summary>
/// <param name="Root">The folder.</param>
/// <param name="Layout">How it is laid out, in words.</param>
/// <param name="Parts">What could be opened.</param>
/// <param name="Problems">What could not.</param>
public sealed record FoundDataset(string Root, string Layout, IReadOnlyList<DatasetPart> Parts, IReadOnlyList<DatasetProblem> Problems);

/// <summary>One part of a data set.</summary>
/// <param name="Task">Name of the task; empty where there is only one.</param>
/// <param name="Split">"train", "val", "test", or "all" where the folder is in one part.</param>
/// <param name="Dataset">Its pictures.</param>
/// <param name="Files">The files it is read from, each once.</param>
public sealed record DatasetPart(string Task, string Split, ISegmentationDataset Dataset, IReadOnlyList<SourceFile> Files)
{
    /// <summary>"task/split", or the split alone.</summary>
    public string Name => Task.Length == 0 ? Split : $"{Task}/{Split}";
}

/// <summary>A file of a data set.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="IsMask">Whether it holds masks rather than pictures.</param>
/// <param name="IsVolume">Whether it is a NIfTI volume rather than a picture.</param>
public sealed record SourceFile(string Path, bool IsMask, bool IsVolume);
