using System.Buffers.Binary;
using System.IO.Compression;

namespace SamTune.Testing;

/// <summary>Builds PNG files by hand, also ones that no library would write.</summary>
public static class PngBytes
{
    /// <summary>The bytes of a PNG file.</summary>
    /// <param name="width">Columns claimed.</param>
    /// <param name="height">Rows claimed.</param>
    /// <param name="bits">Bits a sample.</param>
    /// <param name="colourType">0 grey, 2 RGB, 3 palette.</param>
    /// <param name="rows">Packed rows without their filter byte.</param>
    /// <param name="palette">RGB triples, or null.</param>
    public static byte[] Create(int width, int height, byte bits, byte colourType, byte[][] rows, byte[]? palette = null)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = bits;
        header[9] = colourType;
        Chunk(file, "IHDR"u8, header);
        if (palette != null)
            Chunk(file, "PLTE"u8, palette);

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (byte[] row in rows)
            {
                zlib.WriteByte(0);
                zlib.Write(row);
            }
        }

        Chunk(file, "IDAT"u8, packed.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] body = [.. type, .. data];
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32(body));
        file.Write(number);
    }

    private static uint Crc32(byte[] bytes)
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
