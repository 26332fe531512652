namespace SamTune.Training.Caching;

/// <summary>Where activations of the frozen part of the encoder are kept, and how many. Changes no number of a run.</summary>
public sealed record CacheOptions
{
    /// <summary>Folder that runs share; null keeps them in memory, for the run alone.</summary>
    public string? Folder { get; init; }

    /// <summary>Bytes at most; null for 2 GiB in memory, 20 GiB in a folder. 0 keeps nothing.</summary>
    public long? Bytes { get; init; }

    /// <summary>Bytes at most, with the defaults.</summary>
    public long Limit => Bytes ?? (Folder is null ? 2L << 30 : 20L << 30);

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    public void Validate()
    {
        if (Bytes < 0)
        {
            throw new ArgumentException($"cache: the size is {Bytes} bytes; it must not be negative.");
        }
    }
}
