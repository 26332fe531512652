using System.Text;

namespace SamTune.Checkpoints.Formats.Pickling;

/// <summary>The bytes of one pickle: a part of a file, read forward through a small buffer.</summary>
internal sealed class PickleInput
{
    // "surrogatepass" is how Python writes text that is not valid UTF-8; such a name is refused rather than altered.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly FileSource source;
    private readonly long end;
    private readonly byte[] buffer = new byte[1 << 15];
    private long filePosition;
    private int bufferPosition;
    private int bufferLength;

    /// <summary>Creates a reader of the bytes from start (included) to end (excluded).</summary>
    public PickleInput(FileSource source, long start, long end)
    {
        this.source = source;
        this.end = end;
        filePosition = start;
    }

    /// <summary>The file's name, for messages.</summary>
    public string Label => source.Label;

    /// <summary>Place in the file of the next byte.</summary>
    public long Position => filePosition - (bufferLength - bufferPosition);

    public byte ReadByte()
    {
        if (bufferPosition == bufferLength)
        {
            Fill();
        }

        return buffer[bufferPosition++];
    }

    /// <summary>Reads a little-endian whole number of 1 to 8 bytes.</summary>
    public ulong ReadUnsigned(int byteCount)
    {
        ulong value = 0;
        for (int i = 0; i < byteCount; i++)
        {
            value |= (ulong)ReadByte() << (8 * i);
        }

        return value;
    }

    /// <summary>Reads bytes; the count is checked against what is left before memory is taken.</summary>
    public byte[] ReadBytes(ulong count)
    {
        if (count > (ulong)(end - Position))
        {
            throw Truncated();
        }

        byte[] bytes = new byte[count];
        int copied = Math.Min(bytes.Length, bufferLength - bufferPosition);
        buffer.AsSpan(bufferPosition, copied).CopyTo(bytes);
        bufferPosition += copied;
        source.ReadExactly(filePosition, bytes.AsSpan(copied));
        filePosition += bytes.Length - copied;
        return bytes;
    }

    public string ReadText(ulong byteCount)
    {
        long start = Position;
        byte[] bytes = ReadBytes(byteCount);
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new CheckpointException($"{Label}: the pickle holds text that is not UTF-8 at byte {start}; the file is damaged.", exception);
        }
    }

    /// <summary>Reads a line without its end; only the names of globals come this way.</summary>
    public string ReadLine(int longest)
    {
        StringBuilder line = new();
        for (byte next = ReadByte(); next != (byte)'\n'; next = ReadByte())
        {
            if (line.Length == longest)
            {
                throw new CheckpointException($"{Label}: the pickle names a global of more than {longest} letters at byte {Position}; the file is damaged.");
            }

            line.Append((char)next);
        }

        return line.ToString();
    }

    public CheckpointException Truncated() =>
        new($"{Label}: the pickle ends too early, at byte {end}; the file is truncated or damaged: download or copy it again.");

    private void Fill()
    {
        int count = (int)Math.Min(buffer.Length, end - filePosition);
        if (count <= 0)
        {
            throw Truncated();
        }

        source.ReadExactly(filePosition, buffer.AsSpan(0, count));
        filePosition += count;
        bufferPosition = 0;
        bufferLength = count;
    }
}
