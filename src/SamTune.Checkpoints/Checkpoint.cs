using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using SamTune.Checkpoints.Formats;

namespace SamTune.Checkpoints;

/// <summary>
/// An opened checkpoint: a list of named tensors whose numbers are read one tensor at a time, straight from the file into memory of the
/// caller's, so that loading needs no more memory than the model itself. Everything a file claims about itself (sizes, offsets, strides)
/// has been checked against the file's length when it was opened. Reads may run on several threads at once. The caller disposes it.
/// </summary>
/// <remarks>
/// Names are those of the file. Where a <c>.pth</c> holds dictionaries inside dictionaries (a training checkpoint), the names of the
/// levels are joined by dots: <c>model.image_encoder.pos_embed</c>, <c>optimizer.state.0.exp_avg</c>. Values that are no tensors are left out.
/// <see cref="Layouts.SamCheckpoint"/> finds the SAM model among them.
/// </remarks>
public sealed class Checkpoint : IDisposable
{
    private const int ChunkBytes = 1 << 20;

    private readonly Dictionary<string, int> indexByName;
    private readonly IReadOnlyList<TensorLocation> locations;
    private readonly IReadOnlyList<FileSource> sources;

    internal Checkpoint(
        string path,
        CheckpointFormat format,
        IReadOnlyList<TensorEntry> tensors,
        IReadOnlyList<TensorLocation> locations,
        IReadOnlyDictionary<string, string> metadata,
        IReadOnlyList<FileSource> sources)
    {
        Path = path;
        Format = format;
        Tensors = tensors;
        Metadata = metadata;
        this.locations = locations;
        this.sources = sources;
        indexByName = new Dictionary<string, int>(tensors.Count, StringComparer.Ordinal);
        for (int i = 0; i < tensors.Count; i++)
        {
            indexByName.Add(tensors[i].Name, i);
        }
    }

    /// <summary>The path that was opened: a file, or the index of a sharded checkpoint.</summary>
    public string Path { get; }

    /// <summary>The file's name without its folder, as messages begin with it.</summary>
    public string FileName => System.IO.Path.GetFileName(Path);

    /// <summary>How the checkpoint lies on disk.</summary>
    public CheckpointFormat Format { get; }

    /// <summary>All tensors in the order of the file.</summary>
    public IReadOnlyList<TensorEntry> Tensors { get; }

    /// <summary>The <c>__metadata__</c> of a safetensors file or the <c>metadata</c> of an index; empty for <c>.pth</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>
    /// Opens a checkpoint and recognises its format from the content, never from the extension: safetensors, a sharded index in JSON, or
    /// either format of <c>torch.save</c>. A folder is opened by its <c>model.safetensors.index.json</c> or <c>model.safetensors</c>.
    /// </summary>
    /// <param name="path">A file or a folder.</param>
    /// <returns>The opened checkpoint; the caller disposes it.</returns>
    /// <exception cref="CheckpointException">The file is missing, damaged, hostile or of another kind.</exception>
    public static Checkpoint Open(string path) => CheckpointOpener.Open(path);

    /// <summary>Looks a tensor up.</summary>
    /// <param name="name">The key, as the file spells it.</param>
    /// <param name="entry">What the file says about it.</param>
    /// <returns>Whether the checkpoint has it.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out TensorEntry? entry)
    {
        entry = indexByName.TryGetValue(name, out int index) ? Tensors[index] : null;
        return entry != null;
    }

    /// <summary>Reads a tensor's bytes: contiguous, row-major, little-endian, in the stored element type.</summary>
    /// <param name="name">The key, as the file spells it.</param>
    /// <param name="destination">Exactly <see cref="TensorEntry.ByteCount"/> bytes.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="CheckpointException">There is no such tensor, or the file cannot be read.</exception>
    public void Read(string name, Span<byte> destination)
    {
        (TensorEntry entry, TensorLocation location) = Find(name);
        if (destination.Length != entry.ByteCount)
        {
            throw new ArgumentException($"'{name}' has {entry.ByteCount} bytes, the destination {destination.Length}.", nameof(destination));
        }

        if (location.Strides == null)
        {
            location.Source.ReadExactly(location.Offset, destination);
        }
        else
        {
            ReadView(entry, location, destination);
        }
    }

    /// <summary>Reads a tensor as single precision, whatever its stored element type; booleans become 0 and 1.</summary>
    /// <param name="name">The key, as the file spells it.</param>
    /// <param name="destination">Exactly <see cref="TensorEntry.ElementCount"/> numbers, row-major.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="CheckpointException">There is no such tensor, or the file cannot be read.</exception>
    public void ReadAsFloat32(string name, Span<float> destination)
    {
        TensorEntry entry = Find(name).Entry;
        if (destination.Length != entry.ElementCount)
        {
            throw new ArgumentException($"'{name}' has {entry.ElementCount} elements, the destination {destination.Length}.", nameof(destination));
        }

        if (entry.ElementType == TensorElementType.Float32)
        {
            Read(name, MemoryMarshal.AsBytes(destination));
            return;
        }

        // A span cannot be captured by the callback of ReadChunks, so the loop stands here as well.
        int elementSize = entry.ElementType.ByteSize();
        using ChunkReader chunks = new(this, entry, ChunkBytes);
        for (int done = 0; done < destination.Length;)
        {
            ReadOnlySpan<byte> chunk = chunks.Next();
            int count = chunk.Length / elementSize;
            ElementConversion.ToFloat32(chunk, entry.ElementType, destination.Slice(done, count));
            done += count;
        }
    }

    /// <summary>Writes a tensor's bytes to a stream, a piece at a time: contiguous, row-major, little-endian, in the stored element type.</summary>
    /// <param name="name">The key, as the file spells it.</param>
    /// <param name="destination">Where the bytes go; left open.</param>
    /// <exception cref="CheckpointException">There is no such tensor, or the file cannot be read.</exception>
    public void CopyTo(string name, Stream destination)
    {
        TensorEntry entry = Find(name).Entry;
        using ChunkReader chunks = new(this, entry, ChunkBytes);
        for (long left = entry.ByteCount; left > 0;)
        {
            ReadOnlySpan<byte> chunk = chunks.Next();
            destination.Write(chunk);
            left -= chunk.Length;
        }
    }

    /// <summary>Writes a tensor as single precision to a stream, a piece at a time.</summary>
    /// <param name="name">The key, as the file spells it.</param>
    /// <param name="destination">Where the little-endian numbers go; left open.</param>
    /// <exception cref="CheckpointException">There is no such tensor, or the file cannot be read.</exception>
    public void CopyAsFloat32To(string name, Stream destination)
    {
        TensorEntry entry = Find(name).Entry;
        if (entry.ElementType == TensorElementType.Float32)
        {
            CopyTo(name, destination);
            return;
        }

        int elementSize = entry.ElementType.ByteSize();
        float[] numbers = ArrayPool<float>.Shared.Rent(ChunkBytes / elementSize);
        using ChunkReader chunks = new(this, entry, ChunkBytes);
        for (long left = entry.ElementCount; left > 0;)
        {
            ReadOnlySpan<byte> chunk = chunks.Next();
            Span<float> converted = numbers.AsSpan(0, chunk.Length / elementSize);
            ElementConversion.ToFloat32(chunk, entry.ElementType, converted);
            destination.Write(MemoryMarshal.AsBytes(converted));
            left -= converted.Length;
        }

        ArrayPool<float>.Shared.Return(numbers);
    }

    /// <summary>Closes the file or files.</summary>
    public void Dispose()
    {
        foreach (FileSource source in sources)
        {
            source.Dispose();
        }
    }

    private static void ReadView(TensorEntry entry, TensorLocation location, Span<byte> destination)
    {
        long extent = (long)StridedCopy.Extent(entry.Shape, location.Strides!) * entry.ElementType.ByteSize();
        if (extent > Array.MaxLength)
        {
            throw new CheckpointException(
                $"{location.Source.Label}: {Printable.Quote(entry.Name)} is a view that spreads over {extent} bytes; "
                + "views of 2 GB and more are not read: save it as .contiguous().");
        }

        byte[] covering = ArrayPool<byte>.Shared.Rent((int)extent);
        try
        {
            location.Source.ReadExactly(location.Offset, covering.AsSpan(0, (int)extent));
            StridedCopy.Gather(covering, entry.ElementType.ByteSize(), entry.Shape, location.Strides!, destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(covering);
        }
    }

    private (TensorEntry Entry, TensorLocation Location) Find(string name) =>
        indexByName.TryGetValue(name, out int index)
            ? (Tensors[index], locations[index])
            : throw new CheckpointException($"{FileName}: has no tensor {Printable.Quote(name)}; it holds {Tensors.Count} others.");

    /// <summary>Walks through a tensor's bytes in pieces of whole elements.</summary>
    private sealed class ChunkReader : IDisposable
    {
        private readonly TensorLocation location;
        private readonly byte[] buffer;
        private readonly long byteCount;
        private readonly int chunkBytes;
        private readonly bool gathered;
        private long position;

        public ChunkReader(Checkpoint checkpoint, TensorEntry entry, int chunkBytes)
        {
            location = checkpoint.Find(entry.Name).Location;
            byteCount = entry.ByteCount;
            gathered = location.Strides != null;
            if (gathered && byteCount > Array.MaxLength)
            {
                throw new CheckpointException(
                    $"{checkpoint.FileName}: {Printable.Quote(entry.Name)} is a view of {byteCount} bytes; views of 2 GB and more are not read: save it as .contiguous().");
            }

            // A view is gathered as a whole: neighbours in it may lie at opposite ends of its storage.
            this.chunkBytes = (int)Math.Min(byteCount, gathered ? byteCount : chunkBytes);
            buffer = ArrayPool<byte>.Shared.Rent(this.chunkBytes);
            if (gathered)
            {
                ReadView(entry, location, buffer.AsSpan(0, this.chunkBytes));
            }
        }

        public ReadOnlySpan<byte> Next()
        {
            int count = (int)Math.Min(chunkBytes, byteCount - position);
            if (!gathered)
            {
                location.Source.ReadExactly(location.Offset + position, buffer.AsSpan(0, count));
            }

            position += count;
            return buffer.AsSpan(0, count);
        }

        public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
    }
}
