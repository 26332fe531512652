using System.Buffers;
using System.Runtime.InteropServices;
using SamTune.Checkpoints.Formats;

namespace SamTune.Checkpoints;

/// <summary>
/// A tensor to be written. The numbers are asked for only when their turn comes, so that a whole model need not lie in memory a second time.
/// </summary>
/// <param name="Name">The key.</param>
/// <param name="ElementType">How one number is stored.</param>
/// <param name="Shape">Sizes of the dimensions, outermost first; empty for a single number.</param>
/// <param name="Write">
/// Writes the numbers: contiguous, row-major, little-endian, exactly as many bytes as shape and element type say. Called once for each file written.
/// </param>
public sealed record TensorData(string Name, TensorElementType ElementType, IReadOnlyList<long> Shape, Action<Stream> Write)
{
    private const int ChunkElements = 1 << 18;

    /// <summary>Name, element type and shape without the numbers.</summary>
    public TensorEntry Entry => new(Name, ElementType, Shape);

    /// <summary>A tensor whose bytes lie in memory.</summary>
    /// <param name="name">The key.</param>
    /// <param name="elementType">How one number is stored.</param>
    /// <param name="shape">Sizes of the dimensions, outermost first.</param>
    /// <param name="bytes">Contiguous, row-major, little-endian; kept, not copied.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ArgumentException">The bytes are more or fewer than shape and element type need.</exception>
    public static TensorData FromBytes(string name, TensorElementType elementType, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes)
    {
        TensorData tensor = new(name, elementType, shape, stream => stream.Write(bytes.Span));
        return bytes.Length == tensor.Entry.ByteCount
            ? tensor
            : throw new ArgumentException($"'{name}' of {tensor.Entry.ShapeText} needs {tensor.Entry.ByteCount} bytes, given are {bytes.Length}.", nameof(bytes));
    }

    /// <summary>A tensor of single-precision numbers in memory, stored as such or rounded to half precision or bfloat16.</summary>
    /// <param name="name">The key.</param>
    /// <param name="shape">Sizes of the dimensions, outermost first.</param>
    /// <param name="values">Row-major; kept, not copied.</param>
    /// <param name="storedAs">Float32, Float16 or BFloat16.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ArgumentException">The values are more or fewer than the shape needs, or the type is not among the three.</exception>
    public static TensorData FromFloat32(
        string name,
        IReadOnlyList<long> shape,
        ReadOnlyMemory<float> values,
        TensorElementType storedAs = TensorElementType.Float32)
    {
        if (storedAs is not (TensorElementType.Float32 or TensorElementType.Float16 or TensorElementType.BFloat16))
        {
            throw new ArgumentException($"Single precision is stored as Float32, Float16 or BFloat16, not {storedAs}.", nameof(storedAs));
        }

        TensorData tensor = new(name, storedAs, shape, stream => WriteFloat32(stream, values.Span, storedAs));
        return values.Length == tensor.Entry.ElementCount
            ? tensor
            : throw new ArgumentException($"'{name}' of {tensor.Entry.ShapeText} needs {tensor.Entry.ElementCount} values, given are {values.Length}.", nameof(values));
    }

    /// <summary>A tensor of an opened checkpoint, copied piece by piece in its stored element type.</summary>
    /// <param name="checkpoint">Stays open until the tensor has been written.</param>
    /// <param name="name">The key there.</param>
    /// <param name="newName">The key to write; null for the same.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="CheckpointException">The checkpoint has no such tensor.</exception>
    public static TensorData FromCheckpoint(Checkpoint checkpoint, string name, string? newName = null) =>
        checkpoint.TryGet(name, out TensorEntry? entry)
            ? new TensorData(newName ?? name, entry.ElementType, entry.Shape, stream => checkpoint.CopyTo(name, stream))
            : throw new CheckpointException($"{checkpoint.FileName}: has no tensor {Printable.Quote(name)}; it holds {checkpoint.Tensors.Count} others.");

    /// <summary>Writes single-precision numbers as they are or rounded, piece by piece.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="values">Row-major.</param>
    /// <param name="storedAs">Float32, Float16 or BFloat16.</param>
    public static void WriteFloat32(Stream stream, ReadOnlySpan<float> values, TensorElementType storedAs)
    {
        if (storedAs == TensorElementType.Float32)
        {
            stream.Write(MemoryMarshal.AsBytes(values));
            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Min(values.Length, ChunkElements) * 2);
        for (int done = 0; done < values.Length; done += ChunkElements)
        {
            ReadOnlySpan<float> chunk = values.Slice(done, Math.Min(ChunkElements, values.Length - done));
            ElementConversion.FromFloat32(chunk, storedAs, buffer.AsSpan(0, chunk.Length * 2));
            stream.Write(buffer, 0, chunk.Length * 2);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }
}
