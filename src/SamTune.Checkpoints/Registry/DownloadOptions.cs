namespace SamTune.Checkpoints.Registry;

/// <summary>How models are downloaded.</summary>
public sealed record DownloadOptions
{
    /// <summary>Stands in place of scheme and host of an address, with a path in front of its path; null for the publisher's server.</summary>
    public Uri? Mirror { get; init; }

    /// <summary>Look only into the cache.</summary>
    public bool Offline { get; init; }

    /// <summary>Download a file that is there already.</summary>
    public bool Force { get; init; }

    /// <summary>Attempts in a row that bring no new byte before an address is given up.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Pause before the second attempt; it doubles with each one.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between attempts.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Silence of a server after which the connection counts as lost.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes beyond which a file of unknown size is refused.</summary>
    public long LargestFile { get; init; } = 64L << 30;

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">A setting cannot be used; the message names it.</exception>
    public void Validate()
    {
        if (Mirror is { } mirror && !(mirror.IsAbsoluteUri && mirror.Scheme is "http" or "https"))
        {
            throw new ArgumentException($"Mirror is '{mirror}'; it must be an address that begins with https:// or http://.");
        }

        if (Offline && Force)
        {
            throw new ArgumentException("Offline and Force contradict each other: one downloads nothing, the other always; choose one of them.");
        }

        if (Attempts < 1)
        {
            throw new ArgumentException($"Attempts is {Attempts}; it must be at least 1.");
        }

        if (FirstPause < TimeSpan.Zero || LongestPause < TimeSpan.Zero || SilenceLimit <= TimeSpan.Zero)
        {
            throw new ArgumentException($"FirstPause is {FirstPause}, LongestPause {LongestPause}, SilenceLimit {SilenceLimit}; none may be negative, the last not zero.");
        }

        if (LargestFile < 1)
        {
            throw new ArgumentException($"LargestFile is {LargestFile}; it must be at least 1.");
        }
    }
}
