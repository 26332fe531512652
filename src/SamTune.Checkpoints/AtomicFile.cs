using SamTune.Checkpoints.Formats;

namespace SamTune.Checkpoints;

/// <summary>
/// Writes a file so that its final name always holds either all of the old content or all of the new: into a temporary file in the same
/// folder, flushed to the disk, then renamed. Whatever stops the write, nothing half-written appears under the name.
/// </summary>
public static class AtomicFile
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Writes a file.</summary>
    /// <param name="path">The final name; an existing file is replaced at the end. Its folder must exist.</param>
    /// <param name="write">Writes the content to a seekable stream; the stream is flushed and closed here.</param>
    /// <exception cref="CheckpointException">The folder is missing or not writable, or the disk is full. Other exceptions come from <paramref name="write"/>.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string label = Printable.Escape(path);
        string fullPath = FullPath(path, label);
        string folder = Path.GetDirectoryName(fullPath) ?? throw new CheckpointException($"{label}: is a folder; give the name of a file to write.");
        if (!Directory.Exists(folder))
        {
            throw new CheckpointException($"{label}: cannot be written, there is no folder {Printable.Quote(folder)}; create it first.");
        }

        if (Directory.Exists(fullPath))
        {
            throw new CheckpointException($"{label}: is a folder; give the name of a file to write.");
        }

        string temporary = Path.Combine(folder, $".{Path.GetFileName(fullPath)}.{Path.GetRandomFileName()}.tmp");
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferBytes))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, fullPath, overwrite: true);
        }
        catch (Exception exception)
        {
            TryDelete(temporary);
            if (exception is IOException or UnauthorizedAccessException)
            {
                string reason = Printable.Escape(exception.Message.TrimEnd('.'));
                throw new CheckpointException($"{label}: cannot be written ({reason}); check the folder's permissions and free space.", exception);
            }

            throw;
        }
    }

    /// <summary>Writes a text file in UTF-8 without a byte order mark.</summary>
    /// <param name="path">The final name; an existing file is replaced at the end. Its folder must exist.</param>
    /// <param name="text">The whole content.</param>
    /// <exception cref="CheckpointException">The folder is missing or not writable, or the disk is full.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    private static string FullPath(string path, string label)
    {
        try
        {
            return Path.GetFullPath(path);
        }
        catch (ArgumentException exception)
        {
            throw new CheckpointException($"'{label}': is no path that can be written; give the name of a file.", exception);
        }
    }

    private static void TryDelete(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The first exception is the one to report; a leftover is visible by its name.
        }
    }
}
