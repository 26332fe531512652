using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Relevance;

/// <summary>A figure for the object and for the rest of the picture, over the pictures.</summary>
/// <param name="Inside">At the object's tokens.</param>
/// <param name="Outside">At the other tokens of the picture; null when the object fills every picture.</param>
public sealed record RegionSummary(BootstrapInterval Inside, BootstrapInterval? Outside);
