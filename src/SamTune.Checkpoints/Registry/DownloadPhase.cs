namespace SamTune.Checkpoints.Registry;

/// <summary>What a download is doing.</summary>
public enum DownloadPhase
{
    /// <summary>Another process downloads the same file.</summary>
    Waiting,

    /// <summary>Bytes arrive.</summary>
    Downloading,

    /// <summary>The connection failed; a pause before the next attempt.</summary>
    Retrying,

    /// <summary>The file's SHA-256 is computed.</summary>
    Verifying,
}
