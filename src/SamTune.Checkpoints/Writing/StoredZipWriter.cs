using System.Buffers.Binary;
using System.Text;

namespace SamTune.Checkpoints.Writing;

/// <summary>
/// Writes a zip of uncompressed entries whose data begins at multiples of 64 bytes, as <c>torch.save</c> does and memory-mapping needs
/// (APPNOTE.TXT 6.3.10; zip64 where a size or place needs it). The destination is seekable: checksums are filled in afterwards.
/// </summary>
internal sealed class StoredZipWriter(Stream stream, bool alwaysZip64 = false)
{
    private const int Alignment = 64;
    private const ushort PlainVersion = 20;
    private const ushort Zip64Version = 45;
    private const ushort Utf8Names = 0x0800;
    private const ushort EarliestDate = (1 << 5) | 1; // 1 January 1980: a file's content must not depend on the clock.

    private readonly List<Entry> entries = [];

    /// <summary>Writes an entry.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="length">Bytes of its data.</param>
    /// <param name="write">Writes the data to the stream and its checksum.</param>
    public void Add(string name, long length, Action<Stream, Crc32> write)
    {
        byte[] nameBytes = Encoding.UTF8.GetBytes(name);
        bool large = alwaysZip64 || length >= uint.MaxValue;
        long headerOffset = stream.Position;
        byte[] header = LocalHeader(nameBytes, length, large, headerOffset);
        stream.Write(header);

        Crc32 checksum = new();
        write(stream, checksum);
        long end = stream.Position;
        stream.Position = headerOffset + 14;
        stream.Write(BitConverter.GetBytes(checksum.Value));
        stream.Position = end;
        entries.Add(new Entry(nameBytes, length, checksum.Value, headerOffset));
    }

    /// <summary>Writes the directory; nothing may be added afterwards.</summary>
    public void Finish()
    {
        long directory = stream.Position;
        foreach (Entry entry in entries)
        {
            stream.Write(DirectoryHeader(entry));
        }

        long end = stream.Position;
        bool zip64 = alwaysZip64 || directory >= uint.MaxValue || entries.Count >= ushort.MaxValue;
        if (zip64)
        {
            stream.Write(Zip64End(directory, end));
        }

        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes);
        ushort count = zip64 ? ushort.MaxValue : (ushort)entries.Count;
        writer.Write(0x06054B50);
        writer.Write(0);
        writer.Write(count);
        writer.Write(count);
        writer.Write(zip64 ? uint.MaxValue : (uint)(end - directory));
        writer.Write(zip64 ? uint.MaxValue : (uint)directory);
        writer.Write((ushort)0);
        stream.Write(bytes.ToArray());
    }

    private static byte[] LocalHeader(byte[] name, long length, bool large, long headerOffset)
    {
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes);
        int zip64Length = large ? 20 : 0;
        long unpadded = headerOffset + 30 + name.Length + zip64Length + 4;
        int padding = (int)((Alignment - (unpadded % Alignment)) % Alignment);

        writer.Write(0x04034B50);
        writer.Write(large ? Zip64Version : PlainVersion);
        WriteCommon(writer, 0, large ? uint.MaxValue : (uint)length);
        writer.Write((ushort)name.Length);
        writer.Write((ushort)(zip64Length + 4 + padding));
        writer.Write(name);
        if (large)
        {
            writer.Write((ushort)1);
            writer.Write((ushort)16);
            writer.Write(length);
            writer.Write(length);
        }

        // The field 'FB' and its filler are PyTorch's own way to align the data.
        writer.Write("FB"u8);
        writer.Write((ushort)padding);
        for (int i = 0; i < padding; i++)
        {
            writer.Write((byte)'Z');
        }

        return bytes.ToArray();
    }

    private static void WriteCommon(BinaryWriter writer, uint checksum, uint length)
    {
        writer.Write(Utf8Names);
        writer.Write((ushort)0);
        writer.Write((ushort)0);
        writer.Write(EarliestDate);
        writer.Write(checksum);
        writer.Write(length);
        writer.Write(length);
    }

    private byte[] DirectoryHeader(Entry entry)
    {
        bool largeLength = alwaysZip64 || entry.Length >= uint.MaxValue;
        bool largeOffset = alwaysZip64 || entry.HeaderOffset >= uint.MaxValue;
        ushort version = largeLength || largeOffset ? Zip64Version : PlainVersion;
        int fieldLength = (largeLength ? 16 : 0) + (largeOffset ? 8 : 0);
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes);
        writer.Write(0x02014B50);
        writer.Write(version);
        writer.Write(version);
        WriteCommon(writer, entry.Checksum, largeLength ? uint.MaxValue : (uint)entry.Length);
        writer.Write((ushort)entry.Name.Length);
        writer.Write((ushort)(fieldLength == 0 ? 0 : fieldLength + 4));
        writer.Write((ushort)0);
        writer.Write((ushort)0);
        writer.Write((ushort)0);
        writer.Write(0);
        writer.Write(largeOffset ? uint.MaxValue : (uint)entry.HeaderOffset);
        writer.Write(entry.Name);
        if (fieldLength > 0)
        {
            writer.Write((ushort)1);
            writer.Write((ushort)fieldLength);
        }

        if (largeLength)
        {
            writer.Write(entry.Length);
            writer.Write(entry.Length);
        }

        if (largeOffset)
        {
            writer.Write(entry.HeaderOffset);
        }

        return bytes.ToArray();
    }

    private byte[] Zip64End(long directory, long end)
    {
        byte[] bytes = new byte[56 + 20];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, 0x06064B50);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(4), 44);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(12), Zip64Version);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(14), Zip64Version);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), entries.Count);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), entries.Count);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(40), end - directory);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(48), directory);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(56), 0x07064B50);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(64), end);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(72), 1);
        return bytes;
    }

    private sealed record Entry(byte[] Name, long Length, uint Checksum, long HeaderOffset);
}
