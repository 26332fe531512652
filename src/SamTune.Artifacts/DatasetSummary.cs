namespace SamTune.Artifacts;

/// <summary>What an artifact was trained on, for people.</summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="Counts">Numbers of samples by part, such as "train" and "validation".</param>
public sealed record DatasetSummary(string Name, IReadOnlyDictionary<string, int> Counts);
