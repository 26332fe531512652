using System.Buffers.Binary;
using System.Text;

namespace SamTune.Imaging.GeoTiff;

/// <summary>
/// The first image file directory of a TIFF or BigTIFF, read and checked before a decoder sees the file: no entry claims more bytes than the file has, so nothing that is allocated
/// for one can be larger than the file (TIFF 6.0, section 2; BigTIFF as of libtiff 4).
/// </summary>
internal sealed class TiffDirectory
{
    private const int MaximumEntries = 4096;
    private const ushort Ascii = 2, Short = 3, Long = 4, Double = 12, Long8 = 16;

    private readonly string _path;
    private readonly bool _bigEndian;
    private readonly Dictionary<int, Entry> _entries = [];
    private readonly FileStream _file;

    private TiffDirectory(string path, FileStream file, bool bigEndian)
    {
        _path = path;
        _file = file;
        _bigEndian = bigEndian;
    }

    /// <summary>True for offsets of 64 bits.</summary>
    public bool IsBigTiff => OffsetSize == 8;

    private int OffsetSize { get; set; }

    /// <summary>Reads the directory; the file is used again by the methods that give values, and stays the caller's.</summary>
    /// <exception cref="InputException">The file is no TIFF, or the directory is damaged or truncated.</exception>
    public static TiffDirectory Read(string path, FileStream file)
    {
        Span<byte> start = stackalloc byte[16];
        int got = file.ReadAtLeast(start, 16, throwOnEndOfStream: false);
        bool little = got >= 2 && start.StartsWith("II"u8), big = got >= 2 && start.StartsWith("MM"u8);
        if (!little && !big)
            throw new InputException($"{path}: the first bytes are not those of a TIFF ('II' or 'MM'); a GeoTIFF is needed: convert the file.");
        if (got < 16)
            throw Truncated(path, "the header");

        var directory = new TiffDirectory(path, file, big);
        ushort version = directory.UInt16(start[2..]);
        ulong offset;
        switch (version)
        {
            case 42:
                directory.OffsetSize = 4;
                offset = directory.UInt32(start[4..]);
                break;
            case 43 when directory.UInt16(start[4..]) == 8:
                directory.OffsetSize = 8;
                offset = directory.UInt64(start[8..]);
                break;
            default:
                throw new InputException($"{path}: the TIFF version is {version}; 42 (TIFF) or 43 (BigTIFF) is needed: the file is damaged or no TIFF.");
        }

        directory.ReadEntries(offset);
        return directory;
    }

    /// <summary>True when a tag is there.</summary>
    public bool Has(int tag) => _entries.ContainsKey(tag);

    /// <summary>The number of values of a tag; 0 when it is not there.</summary>
    public long Count(int tag) => _entries.TryGetValue(tag, out Entry entry) ? (long)entry.Count : 0;

    /// <summary>All values of a tag of unsigned whole numbers; null when it is not there.</summary>
    /// <exception cref="InputException">The tag is of another type.</exception>
    public ulong[]? Integers(int tag)
    {
        if (!_entries.TryGetValue(tag, out Entry entry))
            return null;
        byte[] bytes = Bytes(tag, entry);
        var values = new ulong[entry.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = entry.Type switch
            {
                1 => bytes[i],
                Short => UInt16(bytes.AsSpan(i * 2)),
                Long => UInt32(bytes.AsSpan(i * 4)),
                Long8 => UInt64(bytes.AsSpan(i * 8)),
                _ => throw WrongType(tag, entry, "whole numbers"),
            };
        }

        return values;
    }

    /// <summary>The one value of a tag of whole numbers, or what stands for a missing one.</summary>
    public long Integer(int tag, long otherwise)
        => Integers(tag) is { Length: > 0 } values ? (values[0] <= long.MaxValue ? (long)values[0] : long.MaxValue) : otherwise;

    /// <summary>All values of a tag of doubles; null when it is not there.</summary>
    /// <exception cref="InputException">The tag is of another type.</exception>
    public double[]? Doubles(int tag)
    {
        if (!_entries.TryGetValue(tag, out Entry entry))
            return null;
        if (entry.Type != Double)
            throw WrongType(tag, entry, "doubles");
        byte[] bytes = Bytes(tag, entry);
        var values = new double[entry.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = BitConverter.UInt64BitsToDouble(UInt64(bytes.AsSpan(i * 8)));
        return values;
    }

    /// <summary>The text of a tag up to its closing zero; null when it is not there.</summary>
    /// <exception cref="InputException">The tag is of another type.</exception>
    public string? Text(int tag)
    {
        if (!_entries.TryGetValue(tag, out Entry entry))
            return null;
        if (entry.Type != Ascii)
            throw WrongType(tag, entry, "text");
        return Encoding.UTF8.GetString(Bytes(tag, entry)).TrimEnd('\0');
    }

    private static InputException Truncated(string path, string where)
        => new($"{path}: the file ends inside {where}; it is truncated, copy or export it again.");

    private InputException WrongType(int tag, Entry entry, string needed)
        => new($"{_path}: tag {tag} is of TIFF type {entry.Type}; {needed} are needed: the file is damaged, export it again.");

    private void ReadEntries(ulong offset)
    {
        int countSize = OffsetSize == 8 ? 8 : 2, entrySize = OffsetSize == 8 ? 20 : 12;
        ulong length = (ulong)_file.Length;
        if (offset < 8 || offset > length || length - offset < (ulong)countSize)
            throw new InputException($"{_path}: the directory lies at byte {offset} of {length}; the file is truncated or damaged, copy or export it again.");

        byte[] count = At(offset, countSize);
        ulong entries = OffsetSize == 8 ? UInt64(count) : UInt16(count);
        if (entries is 0 or > MaximumEntries)
            throw new InputException($"{_path}: the directory claims {entries} entries; 1 to {MaximumEntries} are read: the file is damaged, export it again.");
        ulong start = offset + (ulong)countSize;
        if (length - start < entries * (ulong)entrySize)
            throw Truncated(_path, "its directory");

        byte[] bytes = At(start, (int)entries * entrySize);
        for (int i = 0; i < bytes.Length; i += entrySize)
        {
            ReadOnlySpan<byte> entry = bytes.AsSpan(i, entrySize);
            int tag = UInt16(entry);
            ushort type = UInt16(entry[2..]);
            ulong values = OffsetSize == 8 ? UInt64(entry[4..]) : UInt32(entry[4..]);
            ulong size = SizeOf(type);
            if (size == 0)
                throw new InputException($"{_path}: tag {tag} has the unknown TIFF type {type}; the file is damaged, export it again.");
            if (values > length || values * size > length)
                throw new InputException($"{_path}: tag {tag} claims {values} values in a file of {length} bytes; it is truncated or damaged, export it again.");

            ulong at = start + (ulong)(i + entrySize - OffsetSize);
            if (values * size > (ulong)OffsetSize)
                at = OffsetSize == 8 ? UInt64(entry[12..]) : UInt32(entry[8..]);
            if (at > length || length - at < values * size)
                throw new InputException($"{_path}: the values of tag {tag} end after the file's {length} bytes; it is truncated, copy or export it again.");
            _entries.TryAdd(tag, new Entry(type, values, at));
        }
    }

    private static ulong SizeOf(ushort type) => type switch
    {
        1 or 2 or 6 or 7 => 1,
        3 or 8 => 2,
        4 or 9 or 11 or 13 => 4,
        5 or 10 or 12 or 16 or 17 or 18 => 8,
        _ => 0,
    };

    private byte[] Bytes(int tag, Entry entry)
    {
        ulong bytes = entry.Count * SizeOf(entry.Type);
        if (bytes > (ulong)Array.MaxLength)
            throw new InputException($"{_path}: tag {tag} holds {bytes} bytes; at most {Array.MaxLength} are read: the file is damaged, export it again.");
        return At(entry.Offset, (int)bytes);
    }

    private byte[] At(ulong offset, int count)
    {
        var bytes = new byte[count];
        _file.Position = (long)offset;
        if (_file.ReadAtLeast(bytes, count, throwOnEndOfStream: false) < count)
            throw Truncated(_path, "its directory");
        return bytes;
    }

    private ushort UInt16(ReadOnlySpan<byte> bytes)
        => _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private uint UInt32(ReadOnlySpan<byte> bytes)
        => _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private ulong UInt64(ReadOnlySpan<byte> bytes)
        => _bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    private readonly record struct Entry(ushort Type, ulong Count, ulong Offset);
}
