namespace SamTune.Imaging;

/// <summary>What every reader does first: open the file and say plainly why it cannot.</summary>
internal static class InputFile
{
    /// <summary>Opens a file for reading from its start.</summary>
    /// <exception cref="InputException">It is missing, a folder, or must not be read.</exception>
    public static FileStream Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            throw new InputException($"{path}: this is a folder; a file is needed.");
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path}: no such file; check the path.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be opened ({OneLine(exception)}); check that you may read it.", exception);
        }
    }

    /// <summary>A message without line breaks, for one-line errors.</summary>
    public static string OneLine(Exception exception)
    {
        const StringSplitOptions Clean = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        return string.Join("; ", exception.Message.Split(['\r', '\n'], Clean)).TrimEnd('.');
    }
}
