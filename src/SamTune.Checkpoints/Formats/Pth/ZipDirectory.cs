using System.Buffers.Binary;
using System.Text;

namespace SamTune.Checkpoints.Formats.Pth;

/// <summary>Where an uncompressed entry of a zip lies.</summary>
/// <param name="Offset">Byte of the file where the entry's data begins.</param>
/// <param name="Length">Bytes of the data.</param>
internal sealed record ZipRecord(long Offset, long Length);

/// <summary>
/// The central directory of a zip, with the zip64 extension (APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3). Sizes come from here only:
/// <c>torch.save</c> leaves them out of the local headers. <see cref="System.IO.Compression.ZipArchive"/> does not say where an entry's
/// data lies, which reading a piece of a tensor needs.
/// </summary>
internal sealed class ZipDirectory
{
    private const int EndLength = 22;
    private const int LongestComment = ushort.MaxValue;
    private const int HeaderLength = 46;
    private const int LocalHeaderLength = 30;
    private const long LongestDirectory = 128L << 20;

    private readonly FileSource source;
    private readonly Dictionary<string, RawEntry> entries = new(StringComparer.Ordinal);
    private readonly List<string> names = [];

    private ZipDirectory(FileSource source) => this.source = source;

    /// <summary>Names of all entries, in order.</summary>
    public IReadOnlyCollection<string> Names => names;

    public static ZipDirectory Read(FileSource source)
    {
        ZipDirectory directory = new(source);
        (long offset, long length, long count) = directory.FindDirectory();
        if (offset < 0 || length < 0 || length > LongestDirectory || offset > source.Length - length)
        {
            throw directory.Damaged("its directory lies outside the file");
        }

        directory.ReadEntries(source.ReadArray(offset, (int)length), count);
        return directory;
    }

    /// <summary>Finds where an entry's data lies; null where there is no such entry.</summary>
    public ZipRecord? Locate(string name)
    {
        if (!entries.TryGetValue(name, out RawEntry entry))
        {
            return null;
        }

        if ((entry.Flags & 1) != 0 || entry.Method != 0 || entry.Compressed != entry.Length)
        {
            throw new CheckpointException(
                $"{source.Label}: its entry {Printable.Quote(name)} is compressed or encrypted, which torch.save never does; unzip it and zip it again with 'zip -0'.");
        }

        if (entry.HeaderOffset < 0 || entry.HeaderOffset > source.Length - LocalHeaderLength)
        {
            throw Damaged($"its entry {Printable.Quote(name)} lies outside the file");
        }

        byte[] header = source.ReadArray(entry.HeaderOffset, LocalHeaderLength);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != 0x04034B50)
        {
            throw Damaged($"its entry {Printable.Quote(name)} has no header");
        }

        long offset = entry.HeaderOffset + LocalHeaderLength + UInt16(header, 26) + UInt16(header, 28);
        return entry.Length >= 0 && entry.Length <= source.Length - offset
            ? new ZipRecord(offset, entry.Length)
            : throw Damaged($"its entry {Printable.Quote(name)} of {entry.Length} bytes does not fit into the file");
    }

    private static int UInt16(byte[] bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(offset));

    private static long UInt32(byte[] bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(offset));

    private static long Int64(byte[] bytes, int offset) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(offset));

    private (long Offset, long Length, long Count) FindDirectory()
    {
        int tailLength = (int)Math.Min(source.Length, EndLength + LongestComment);
        long tailStart = source.Length - tailLength;
        byte[] tail = source.ReadArray(tailStart, tailLength);
        for (int at = tailLength - EndLength; at >= 0; at--)
        {
            if (UInt32(tail, at) == 0x06054B50 && UInt16(tail, at + 20) == tailLength - at - EndLength)
            {
                (long offset, long length, long count) = (UInt32(tail, at + 16), UInt32(tail, at + 12), UInt16(tail, at + 10));
                bool zip64 = offset == uint.MaxValue || length == uint.MaxValue || count == ushort.MaxValue;
                return zip64 && FindZip64Directory(tailStart + at) is { } found ? found : (offset, length, count);
            }
        }

        throw Damaged("the directory at its end is missing");
    }

    private (long Offset, long Length, long Count)? FindZip64Directory(long endOffset)
    {
        const int LocatorLength = 20;
        const int RecordLength = 56;
        if (endOffset < LocatorLength)
        {
            return null;
        }

        byte[] locator = source.ReadArray(endOffset - LocatorLength, LocatorLength);
        if (UInt32(locator, 0) != 0x07064B50)
        {
            return null;
        }

        long recordOffset = Int64(locator, 8);
        if (recordOffset < 0 || recordOffset > source.Length - RecordLength)
        {
            throw Damaged("its zip64 directory lies outside the file");
        }

        byte[] record = source.ReadArray(recordOffset, RecordLength);
        return UInt32(record, 0) == 0x06064B50
            ? (Int64(record, 48), Int64(record, 40), Int64(record, 32))
            : throw Damaged("its zip64 directory is missing");
    }

    private void ReadEntries(byte[] bytes, long count)
    {
        int at = 0;
        for (long i = 0; i < count; i++)
        {
            if (bytes.Length - at < HeaderLength || UInt32(bytes, at) != 0x02014B50)
            {
                throw Damaged($"its directory ends after {i} of {count} entries");
            }

            int nameLength = UInt16(bytes, at + 28);
            int extraLength = UInt16(bytes, at + 30);
            int next = at + HeaderLength + nameLength + extraLength + UInt16(bytes, at + 32);
            if (next > bytes.Length)
            {
                throw Damaged($"its directory ends after {i} of {count} entries");
            }

            RawEntry entry = new(UInt16(bytes, at + 8), UInt16(bytes, at + 10), UInt32(bytes, at + 20), UInt32(bytes, at + 24), UInt32(bytes, at + 42));
            entry = WithZip64(entry, bytes, at + HeaderLength + nameLength, extraLength);
            string name = Encoding.UTF8.GetString(bytes, at + HeaderLength, nameLength);
            if (!entries.TryAdd(name, entry))
            {
                throw Damaged($"its entry {Printable.Quote(name)} is there twice");
            }

            names.Add(name);
            at = next;
        }
    }

    /// <summary>Takes the 8-byte values that stand in for 4-byte ones that are full; they come in this order, only where needed.</summary>
    private RawEntry WithZip64(RawEntry entry, byte[] bytes, int extra, int extraLength)
    {
        int end = extra + extraLength;
        while (end - extra >= 4)
        {
            int kind = UInt16(bytes, extra);
            int fieldEnd = extra + 4 + UInt16(bytes, extra + 2);
            if (fieldEnd > end)
            {
                break;
            }

            if (kind == 1)
            {
                int at = extra + 4;
                return entry with
                {
                    Length = entry.Length == uint.MaxValue ? Take() : entry.Length,
                    Compressed = entry.Compressed == uint.MaxValue ? Take() : entry.Compressed,
                    HeaderOffset = entry.HeaderOffset == uint.MaxValue ? Take() : entry.HeaderOffset,
                };

                long Take()
                {
                    if (fieldEnd - at < sizeof(long))
                    {
                        throw Damaged("a zip64 size in its directory is missing");
                    }

                    at += sizeof(long);
                    return Int64(bytes, at - sizeof(long));
                }
            }

            extra = fieldEnd;
        }

        return entry;
    }

    private CheckpointException Damaged(string what) =>
        new($"{source.Label}: is a damaged zip, {what}; it is truncated or not fully downloaded: download or copy it again.");

    private readonly record struct RawEntry(int Flags, int Method, long Compressed, long Length, long HeaderOffset);
}
