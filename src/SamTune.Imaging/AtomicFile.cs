namespace SamTune.Imaging;

/// <summary>Writes files so that a crash never leaves half of one under its final name.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes to a temporary file in the same folder, flushes it to disk and renames it over <paramref name="path"/>. Missing folders are
    /// created. When writing fails the temporary file is removed and an existing file stays as it was.
    /// </summary>
    /// <param name="path">Final path.</param>
    /// <param name="write">Writes the content; the stream is seekable and is closed by the caller.</param>
    /// <exception cref="InputException">The folder cannot be written to.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full) ?? throw new InputException($"{path}: this is a folder; give the path of a file.");
        string temporary = Path.Combine(folder, $".{Path.GetFileName(full)}.{Path.GetRandomFileName()}.tmp");
        try
        {
            Directory.CreateDirectory(folder);
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception exception)
        {
            TryDelete(temporary);
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new InputException(
                    $"{path}: cannot be written ({InputFile.OneLine(exception)}); choose a folder with space and "
                        + "write access.", exception);
            }

            throw;
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The error that led here is the one to report.
        }
    }
}
