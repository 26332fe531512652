namespace SamTune.Checkpoints.Registry;

/// <summary>A moment of a download.</summary>
/// <param name="Name">The model.</param>
/// <param name="Phase">What is being done.</param>
/// <param name="Bytes">Bytes that are there, those of an earlier run included; while verifying, bytes read.</param>
/// <param name="TotalBytes">Size of the file; null where neither registry nor server says it.</param>
/// <param name="Note">What went wrong before a retry; null otherwise.</param>
public sealed record DownloadProgress(string Name, DownloadPhase Phase, long Bytes, long? TotalBytes, string? Note = null);
