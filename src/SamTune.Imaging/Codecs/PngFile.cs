using System.Buffers.Binary;

namespace SamTune.Imaging.Codecs;

/// <summary>
/// The few facts of a PNG that its decoder hides: how many bits a sample has, and the indices behind a palette. An indexed PNG is turned
/// into a grey one by changing one byte of its header and leaving its palette out: the compressed pixels are the indices already.
/// </summary>
internal static class PngFile
{
    private const int SignatureLength = 8;
    private const int ColourTypeGrey = 0;
    private const int ColourTypeIndexed = 3;

    /// <summary>Bytes from the start of a file that hold the whole first chunk.</summary>
    public const int HeaderLength = 33;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>True when bytes begin as a PNG does.</summary>
    public static bool HasSignature(ReadOnlySpan<byte> start) => start.StartsWith(Signature);

    /// <summary>True when the first chunk declares a palette.</summary>
    public static bool IsIndexed(ReadOnlySpan<byte> start) => start.Length >= HeaderLength && start[25] == ColourTypeIndexed;

    /// <summary>
    /// What a decoded 8-bit grey sample has to be divided by to give the stored number: decoders spread 1, 2 and 4 bits over 0..255.
    /// </summary>
    public static int GreyScale(ReadOnlySpan<byte> start)
    {
        int bits = start[24];
        bool grey = start[25] is ColourTypeGrey or ColourTypeIndexed;
        return grey && bits is 1 or 2 or 4 ? 255 / ((1 << bits) - 1) : 1;
    }

    /// <summary>The same file as a grey PNG whose samples are the palette indices.</summary>
    /// <param name="path">File, for messages.</param>
    /// <param name="file">The whole file; its header is changed in place.</param>
    /// <exception cref="InputException">A chunk runs past the end of the file.</exception>
    public static byte[] IndicesAsGrey(string path, byte[] file)
    {
        using var result = new MemoryStream(file.Length);
        result.Write(Signature);
        for (int position = SignatureLength; position < file.Length;)
        {
            uint length = file.Length - position >= 12 ? BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(position)) : uint.MaxValue;
            if (length > (uint)(file.Length - position) - 12)
            {
                throw new InputException(
                    $"{path}: the PNG ends in the middle of a chunk at byte {position}; the file is truncated, export it again.");
            }

            Span<byte> chunk = file.AsSpan(position, (int)length + 12);
            ReadOnlySpan<byte> type = chunk.Slice(4, 4);
            if (type.SequenceEqual("IHDR"u8) && length == 13)
            {
                chunk[17] = ColourTypeGrey;
                BinaryPrimitives.WriteUInt32BigEndian(chunk[21..], Crc32(chunk[4..21]));
                result.Write(chunk);
            }
            else if (type.SequenceEqual("IDAT"u8) || type.SequenceEqual("IEND"u8))
            {
                result.Write(chunk);
            }

            position += chunk.Length;
        }

        return result.ToArray();
    }

    // PNG specification, annex D.
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }

        return ~crc;
    }
}
