using SamTune.Imaging;

namespace SamTune.Evaluation.Reports;

/// <summary>Writes a file so that its final name never holds half of it.</summary>
internal static class AtomicFile
{
    /// <summary>Writes to a temporary file in the same folder, flushes it to disk, then renames it over the final name.</summary>
    /// <param name="path">Final name; an existing file is replaced.</param>
    /// <param name="write">Writes the content; must not close the stream.</param>
    /// <exception cref="InputException">The folder is missing or cannot be written; nothing is left behind.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string fullPath = Path.GetFullPath(path);
        string temporary = Path.Combine(
            Path.GetDirectoryName(fullPath) ?? fullPath, $".{Path.GetFileName(fullPath)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, fullPath, overwrite: true);
        }
        catch (Exception exception)
        {
            Remove(temporary);
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new InputException(
                    $"{path}: cannot be written ({OneLine(exception)}); name a file in an existing folder that you may write to.",
                    exception);
            }

            throw;
        }
    }

    /// <summary>An exception's message on one line.</summary>
    public static string OneLine(Exception exception) => exception.Message.ReplaceLineEndings(" ").Trim();

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The first failure is what the user needs to read; a leftover under a temporary name harms nothing.
        }
    }
}
