using SamTune.Checkpoints.Formats;

namespace SamTune.Checkpoints.Registry;

/// <summary>Lets one process at a time write a file: an open file that nobody else may open. The system frees it when the process ends, however it ends.</summary>
internal static class DownloadLock
{
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int LinuxWouldBlock = 11, MacWouldBlock = 35;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for the lock.</summary>
    /// <param name="path">The lock file; it is created, and stays.</param>
    /// <param name="waiting">Called once, when another holds it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Disposed to let go.</returns>
    public static async Task<IDisposable> AcquireAsync(string path, Action waiting, CancellationToken cancellationToken)
    {
        for (bool first = true; ; first = false)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (exception.HResult is WindowsSharingViolation or LinuxWouldBlock or MacWouldBlock)
            {
                if (first)
                {
                    waiting();
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new CheckpointException($"{Printable.Escape(path)}: cannot be written ({exception.Message.TrimEnd('.')}); name a folder that you may write to with --cache.", exception);
            }

            await Task.Delay(s_pause, cancellationToken);
        }
    }
}
