namespace SamTune.Training.Caching;

/// <summary>What a run took from kept activations.</summary>
/// <param name="Found">Pictures whose frozen part was there already.</param>
/// <param name="Computed">Pictures whose frozen part was computed.</param>
/// <param name="Damaged">Entries on disk that were damaged and computed anew.</param>
public sealed record CacheUse(long Found, long Computed, long Damaged);
