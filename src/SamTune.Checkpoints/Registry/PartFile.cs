using SamTune.Checkpoints.Formats;

namespace SamTune.Checkpoints.Registry;

/// <summary>
/// What has arrived of a file, and by what it is known on the server: the ETag or the date of its last change, kept beside it in
/// <c>.part.tag</c>. Without that nothing tells whether the rest still belongs to the same file, so a part without it is started again.
/// </summary>
internal sealed class PartFile : IDisposable
{
    private const int WindowsDiskFull = unchecked((int)0x80070070), WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int NoSpaceLeft = 28, LinuxQuotaExceeded = 122, MacQuotaExceeded = 69;

    private readonly FileStream stream;

    /// <summary>Opens the part, or an empty one.</summary>
    /// <exception cref="CheckpointException">It cannot be written.</exception>
    public PartFile(string path)
    {
        FullPath = path;
        stream = Guard(() => new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0));
        Length = stream.Length;
        stream.Position = Length;
        string tag = File.Exists(TagPath) ? File.ReadAllText(TagPath) : "";
        Validator = tag.Length > 0 && tag.All(c => c is >= ' ' and <= '~') ? tag : null;
        if (Validator == null)
        {
            Restart(validator: null);
        }
    }

    /// <summary>Where it lies.</summary>
    public string FullPath { get; }

    /// <summary>Bytes that have arrived.</summary>
    public long Length { get; private set; }

    /// <summary>What the server calls this version of the file: a strong ETag or a date, as in the header; null for an empty part or a server that says neither.</summary>
    public string? Validator { get; private set; }

    private string TagPath => FullPath + ".tag";

    /// <summary>Removes a part and its tag.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        File.Delete(path + ".tag");
    }

    /// <summary>Throws away what is there.</summary>
    /// <param name="validator">What the server calls the version that comes now.</param>
    public void Restart(string? validator) => Guard(() =>
    {
        if (Length > 0)
        {
            stream.SetLength(0);
            Length = 0;
        }

        if (validator == null)
        {
            File.Delete(TagPath);
        }
        else
        {
            AtomicFile.WriteText(TagPath, validator);
        }

        Validator = validator;
        return true;
    });

    /// <summary>Adds bytes at the end.</summary>
    /// <exception cref="CheckpointException">The disk is full or the file cannot be written; what was there stays.</exception>
    public void Append(ReadOnlyMemory<byte> bytes)
    {
        Guard(() =>
        {
            stream.Write(bytes.Span);
            return true;
        });
        Length += bytes.Length;
    }

    /// <summary>Waits until the disk has everything.</summary>
    public void Flush() => Guard(() =>
    {
        stream.Flush(flushToDisk: true);
        return true;
    });

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            string label = Printable.Escape(FullPath);
            string kept = Length > 0 ? $": the {Length} bytes that have arrived are kept" : "";
            throw exception.HResult is NoSpaceLeft or LinuxQuotaExceeded or MacQuotaExceeded or WindowsDiskFull or WindowsHandleDiskFull
                ? new CheckpointException($"{label}: the disk is full; free space, or choose another folder with --cache, and run the command again{kept}.", exception)
                : new CheckpointException($"{label}: cannot be written ({Printable.Escape(exception.Message.TrimEnd('.'))}); name a folder that you may write to with --cache.", exception);
        }
    }
}
