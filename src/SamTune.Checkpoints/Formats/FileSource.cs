using Microsoft.Win32.SafeHandles;

namespace SamTune.Checkpoints.Formats;

/// <summary>
/// A file read at given places. Reads carry their own position, so several threads may read at once, and nothing of the file stays in
/// this process's memory afterwards (the pages of a memory map would count as resident until it is closed).
/// </summary>
internal sealed class FileSource : IDisposable
{
    private readonly SafeFileHandle handle;

    private FileSource(string path, SafeFileHandle handle, long length)
    {
        this.handle = handle;
        Path = path;
        Label = System.IO.Path.GetFileName(path);
        Length = length;
    }

    /// <summary>The path as it was given.</summary>
    public string Path { get; }

    /// <summary>The file's name, as messages begin with it.</summary>
    public string Label { get; }

    /// <summary>Bytes of the file when it was opened.</summary>
    public long Length { get; }

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="CheckpointException">The file does not exist or cannot be opened.</exception>
    public static FileSource Open(string path)
    {
        string label = Printable.Escape(path);
        try
        {
            SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return new FileSource(path, handle, RandomAccess.GetLength(handle));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException($"{label}: there is no such file; give the path of a .pth or .safetensors checkpoint.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new CheckpointException($"{label}: cannot be opened ({exception.Message.TrimEnd('.')}); check its permissions.", exception);
        }
    }

    /// <summary>Fills the destination from the given place.</summary>
    /// <exception cref="CheckpointException">The file ends before, or the disk reports an error.</exception>
    public void ReadExactly(long offset, Span<byte> destination)
    {
        if (offset < 0 || destination.Length > Length - offset)
        {
            throw Truncated(offset, destination.Length);
        }

        try
        {
            while (!destination.IsEmpty)
            {
                int read = RandomAccess.Read(handle, destination, offset);
                if (read <= 0)
                {
                    throw Truncated(offset, destination.Length);
                }

                destination = destination[read..];
                offset += read;
            }
        }
        catch (IOException exception)
        {
            throw new CheckpointException($"{Label}: cannot be read at byte {offset} ({exception.Message.TrimEnd('.')}).", exception);
        }
    }

    /// <summary>Reads a part into an array of its own. The caller has checked the count against a limit.</summary>
    public byte[] ReadArray(long offset, int count)
    {
        if (offset < 0 || count > Length - offset)
        {
            throw Truncated(offset, count);
        }

        byte[] bytes = new byte[count];
        ReadExactly(offset, bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private CheckpointException Truncated(long offset, long count) =>
        new($"{Label}: ends at byte {Length}, but {count} bytes are needed at byte {offset}; the file is truncated: download or copy it again.");
}
