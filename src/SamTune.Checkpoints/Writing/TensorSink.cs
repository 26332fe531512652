using SamTune.Checkpoints.Formats;

namespace SamTune.Checkpoints.Writing;

/// <summary>Takes one tensor's bytes on their way into a file and sees to it that there are exactly as many as were announced.</summary>
internal sealed class TensorSink(Stream destination, TensorEntry entry, Crc32? checksum) : Stream
{
    private readonly long byteCount = entry.ByteCount;
    private long written;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => written;
        set => throw new NotSupportedException();
    }

    /// <summary>Writes a tensor.</summary>
    /// <exception cref="InvalidOperationException">Its callback wrote more or fewer bytes than announced: a fault in the program.</exception>
    public static void Write(Stream destination, TensorData tensor, Crc32? checksum = null)
    {
        using TensorSink sink = new(destination, tensor.Entry, checksum);
        tensor.Write(sink);
        if (sink.written != sink.byteCount)
        {
            throw new InvalidOperationException($"{Printable.Quote(tensor.Name)} wrote {sink.written} bytes where {sink.byteCount} were announced.");
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > byteCount - written)
        {
            throw new InvalidOperationException($"{Printable.Quote(entry.Name)} writes more than the {byteCount} bytes that were announced.");
        }

        checksum?.Append(buffer);
        destination.Write(buffer);
        written += buffer.Length;
    }

    public override void Flush() => destination.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
