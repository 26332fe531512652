using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace SamTune.Training.Caching;

/// <summary>
/// One activation in a file: 8 bytes magic, 4 bytes element type, 4 bytes rank, 4 x 8 bytes sizes (0 beyond the rank), 32 bytes key, 32 bytes SHA-256 of all of that and the values, values. All little-endian.
/// </summary>
internal static class EntryFile
{
    private const int ShapeAt = 16, KeyAt = 48, HashAt = 80, ValuesAt = 112;
    private const int HighestRank = 4;

    private static readonly byte[] s_magic = "SAMTACT1"u8.ToArray();
    private static readonly ScalarType[] s_types = [ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16];

    /// <summary>Bytes of the file of an activation.</summary>
    public static long SizeOf(Tensor activation) => ValuesAt + activation.numel() * activation.element_size();

    /// <summary>Writes an entry; it has its name only once it is whole.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="key">64 hexadecimal digits.</param>
    /// <param name="activation">float32, float16 or bfloat16, of up to four dimensions.</param>
    /// <exception cref="IOException">The file cannot be written, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, string key, Tensor activation)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var values = activation.detach().cpu().contiguous();
        var head = new byte[ValuesAt];
        s_magic.CopyTo(head, 0);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(8), Array.IndexOf(s_types, values.dtype));
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), values.shape.Length);
        for (int i = 0; i < values.shape.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(ShapeAt + (8 * i)), values.shape[i]);
        }

        Convert.FromHexString(key).CopyTo(head, KeyAt);
        Hash(head, values.bytes, head.AsSpan(HashAt, SHA256.HashSizeInBytes));
        Write(path, head, values.bytes);
    }

    // Not flushed to disk as other files are: what a crash of the machine damages is found by the hash and computed anew.
    private static void Write(string path, byte[] head, ReadOnlySpan<byte> values)
    {
        string temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                stream.Write(head);
                stream.Write(values);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Reads an entry.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The key that it must hold.</param>
    /// <param name="activation">The activation in the precision of the file, on the CPU, in the caller's dispose scope; null where there is no file or a damaged one.</param>
    /// <returns>False where the file is damaged.</returns>
    /// <exception cref="IOException">The file is there but cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is there but may not be read.</exception>
    public static bool TryRead(string path, string key, out Tensor? activation)
    {
        activation = null;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            long length = stream.Length;
            if (length is <= ValuesAt or > int.MaxValue)
            {
                return false;
            }

            using MemoryMappedFile file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            using MemoryMappedViewAccessor view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            activation = Parse(view, (int)length, key);
            return activation is not null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // Never written, or evicted by another process.
            return true;
        }
    }

    private static unsafe Tensor? Parse(MemoryMappedViewAccessor view, int length, string key)
    {
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        try
        {
            return Parse(new ReadOnlySpan<byte>(pointer + view.PointerOffset, length), key);
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    private static Tensor? Parse(ReadOnlySpan<byte> file, string key)
    {
        ReadOnlySpan<byte> head = file[..ValuesAt], values = file[ValuesAt..];
        int type = BinaryPrimitives.ReadInt32LittleEndian(head[8..]), rank = BinaryPrimitives.ReadInt32LittleEndian(head[12..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (!head.StartsWith(s_magic) || type < 0 || type >= s_types.Length || rank is < 1 or > HighestRank || !head.Slice(KeyAt, SHA256.HashSizeInBytes).SequenceEqual(Convert.FromHexString(key)))
        {
            return null;
        }

        Hash(head, values, hash);
        if (!head.Slice(HashAt, SHA256.HashSizeInBytes).SequenceEqual(hash))
        {
            return null;
        }

        var shape = new long[rank];
        Int128 bytes = s_types[type] == ScalarType.Float32 ? 4 : 2;
        for (int i = 0; i < rank; i++)
        {
            shape[i] = BinaryPrimitives.ReadInt64LittleEndian(head[(ShapeAt + (8 * i))..]);
            if (shape[i] < 1 || (bytes *= shape[i]) > values.Length)
            {
                return null;
            }
        }

        if (bytes != values.Length)
        {
            return null;
        }

        var activation = empty(shape, dtype: s_types[type]);
        values.CopyTo(activation.bytes);
        return activation;
    }

    private static void Hash(ReadOnlySpan<byte> head, ReadOnlySpan<byte> values, Span<byte> result)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head[..HashAt]);
        hash.AppendData(values);
        hash.GetHashAndReset(result);
    }
}
