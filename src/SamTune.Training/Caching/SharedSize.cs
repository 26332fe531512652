using System.Buffers.Binary;

namespace SamTune.Training.Caching;

/// <summary>
/// How many bytes the entries of a shared folder take, in a file that one process at a time has open: whoever holds it may write, so that several processes together keep the limit. The system frees it when a
/// process ends, however it ends.
/// </summary>
internal sealed class SharedSize : IDisposable
{
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int LinuxWouldBlock = 11, MacWouldBlock = 35;

    // Others hold it for as long as writing one entry takes.
    private const int Attempts = 400;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);

    private readonly FileStream _file;

    private SharedSize(FileStream file) => _file = file;

    /// <summary>Opens the file, waiting for others.</summary>
    /// <param name="path">The file; it is created, and stays.</param>
    /// <returns>Disposed to let others go on; null where others held it for too long.</returns>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static SharedSize? Open(string path)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                return new SharedSize(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
            }
            catch (IOException exception) when (exception.HResult is WindowsSharingViolation or LinuxWouldBlock or MacWouldBlock)
            {
                Thread.Sleep(s_pause);
            }
        }

        return null;
    }

    /// <summary>The bytes that are taken; null where nobody has counted yet.</summary>
    public long? Read()
    {
        Span<byte> value = stackalloc byte[sizeof(long)];
        _file.Position = 0;
        return _file.ReadAtLeast(value, value.Length, throwOnEndOfStream: false) == value.Length ? BinaryPrimitives.ReadInt64LittleEndian(value) : null;
    }

    /// <summary>Notes them.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Write(long bytes)
    {
        Span<byte> value = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(value, bytes);
        _file.Position = 0;
        _file.Write(value);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
