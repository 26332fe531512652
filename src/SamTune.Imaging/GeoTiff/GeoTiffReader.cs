using System.Numerics;
using System.Runtime.InteropServices;
using BitMiracle.LibTiff.Classic;
using SamTune.Imaging.Codecs;

namespace SamTune.Imaging.GeoTiff;

/// <summary>
/// An open GeoTIFF or BigTIFF, of which rectangles are read without loading the scene. The first picture of the file is the scene; overviews and masks behind it are not looked at.
/// Reading is safe from several threads, one at a time.
/// </summary>
public sealed class GeoTiffReader : IDisposable
{
    private const long MaximumPackedBlockBytes = 1L << 29;
    private const string Alpha = "alpha";

    private readonly string _path;
    private readonly FileStream _file;
    private readonly TiffLibrary _library;
    private readonly ReadLimits _limits;
    private readonly ulong[] _offsets;
    private readonly ulong[] _byteCounts;
    private readonly Lock _lock = new();
    private readonly int _blocksAcross;
    private readonly int _blocksDown;
    private readonly IReadOnlyList<string> _bandNames;
    private readonly BlockCache _blocks = new();

    private GeoTiffReader(string path, FileStream file, ReadLimits limits)
    {
        _path = path;
        _file = file;
        _limits = limits;
        TiffDirectory tags = TiffDirectory.Read(path, file);
        Header = GeoTiffHeaderReader.Read(path, tags);
        _bandNames = Names(Header, tags);
        ImageSize block = Header.BlockSize;
        _blocksAcross = (int)(((long)Header.Size.Width + block.Width - 1) / block.Width);
        _blocksDown = (int)(((long)Header.Size.Height + block.Height - 1) / block.Height);
        _offsets = tags.Integers(Header.IsTiled ? TiffTags.TileOffsets : TiffTags.StripOffsets) ?? [];
        _byteCounts = tags.Integers(Header.IsTiled ? TiffTags.TileByteCounts : TiffTags.StripByteCounts) ?? [];
        CheckBlocks();
        _library = TiffLibrary.OpenRead(path, file);
        if (Header.Compression == GeoTiffCompression.Jpeg && tags.Integer(TiffTags.Photometric, 1) == (int)Photometric.YCBCR)
            _library.Set(TiffTag.JPEGCOLORMODE, JpegColorMode.RGB);
    }

    /// <summary>What the file says about itself.</summary>
    public GeoTiffHeader Header { get; }

    /// <summary>Opens a file and reads its header; no pixel is decoded.</summary>
    /// <param name="path">.tif file.</param>
    /// <param name="limits">Largest rectangle that is read at once (the scene may be larger); <see cref="ReadLimits.Default"/> when null.</param>
    /// <exception cref="InputException">The file is missing, no TIFF, damaged, truncated, or of a kind that is not read.</exception>
    public static GeoTiffReader Open(string path, ReadLimits? limits = null)
    {
        FileStream file = InputFile.Open(path);
        try
        {
            return new GeoTiffReader(path, file, limits ?? ReadLimits.Default);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads a rectangle as floats.</summary>
    /// <param name="window">The rectangle, inside the scene.</param>
    /// <param name="bands">Numbers of the bands, from 0, in the order wanted; all when null.</param>
    /// <returns>(H, W, C) samples; NaN where the file holds the no-data value, NaN or an infinite one. With the names of the bands and the ground resolution, where the file has them.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The rectangle reaches beyond the scene.</exception>
    /// <exception cref="InputException">A band does not exist, the rectangle is too large, or its data are damaged or truncated.</exception>
    public Raster Read(PixelWindow window, IReadOnlyList<int>? bands = null) => Header.StoredAs switch
    {
        SampleKind.UInt8 => Floats<byte>(window, bands),
        SampleKind.Int8 => Floats<sbyte>(window, bands),
        SampleKind.UInt16 => Floats<ushort>(window, bands),
        SampleKind.Int16 => Floats<short>(window, bands),
        SampleKind.UInt32 => Floats<uint>(window, bands),
        SampleKind.Int32 => Floats<int>(window, bands),
        SampleKind.UInt64 => Floats<ulong>(window, bands),
        SampleKind.Int64 => Floats<long>(window, bands),
        SampleKind.Float32 => Floats<float>(window, bands),
        _ => Floats<double>(window, bands),
    };

    /// <summary>Reads a rectangle exactly as stored.</summary>
    /// <typeparam name="T">The type of <see cref="GeoTiffHeader.StoredAs"/>.</typeparam>
    /// <param name="window">The rectangle, inside the scene.</param>
    /// <param name="bands">Numbers of the bands, from 0, in the order wanted; all when null.</param>
    /// <returns>(H, W, C) samples, interleaved, row-major.</returns>
    /// <exception cref="ArgumentException">The type is not the file's.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rectangle reaches beyond the scene.</exception>
    /// <exception cref="InputException">A band does not exist, the rectangle is too large, or its data are damaged or truncated.</exception>
    public T[] ReadSamples<T>(PixelWindow window, IReadOnlyList<int>? bands = null)
        where T : unmanaged
    {
        if (SampleKinds.Of<T>() != Header.StoredAs)
            throw new ArgumentException($"{_path}: samples are {Header.StoredAs}, not {typeof(T).Name}.");
        int[] chosen = [.. bands ?? [.. Enumerable.Range(0, Header.Bands)]];
        Check(window, chosen);
        var result = new T[window.Size.PixelCount * chosen.Length];
        ImageSize block = Header.BlockSize;
        lock (_lock)
        {
            for (int by = window.Y / block.Height; by <= (window.Bottom - 1) / block.Height; by++)
            {
                for (int bx = window.X / block.Width; bx <= (window.Right - 1) / block.Width; bx++)
                {
                    if (!Header.IsPlanar)
                    {
                        byte[] buffer = Block<T>((by * _blocksAcross) + bx);
                        for (int c = 0; c < chosen.Length; c++)
                            Copy(MemoryMarshal.Cast<byte, T>(buffer), chosen[c], Header.Bands, bx, by, result, c, chosen.Length, window);
                        continue;
                    }

                    for (int c = 0; c < chosen.Length; c++)
                    {
                        byte[] plane = Block<T>((((chosen[c] * _blocksDown) + by) * _blocksAcross) + bx);
                        Copy(MemoryMarshal.Cast<byte, T>(plane), 0, 1, bx, by, result, c, chosen.Length, window);
                    }
                }
            }
        }

        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _library.Dispose();
        _file.Dispose();
    }

    private long BlockBytes() => Header.BlockSize.PixelCount * (Header.IsPlanar ? 1 : Header.Bands) * SampleKinds.Bytes(Header.StoredAs);

    // Before the library allocates anything: it makes arrays of as many parts as the header's sizes give.
    private void CheckBlocks()
    {
        long needed = (long)_blocksAcross * _blocksDown * (Header.IsPlanar ? Header.Bands : 1);
        if (_offsets.LongLength != needed || _byteCounts.LongLength != needed)
        {
            throw new InputException(
                $"{_path}: {Header.Size} pixels in parts of {Header.BlockSize} are {needed} parts; the file lists {_offsets.LongLength} offsets and {_byteCounts.LongLength} lengths: it is "
                    + "damaged, export it again.");
        }

        double bytes = (double)Header.BlockSize.PixelCount * (Header.IsPlanar ? 1 : Header.Bands) * SampleKinds.Bytes(Header.StoredAs);
        double most = Header.Compression == GeoTiffCompression.None ? Math.Min(Array.MaxLength, Math.Max(_file.Length, 1L << 24)) : MaximumPackedBlockBytes;
        if (bytes > most)
        {
            throw new InputException(
                $"{_path}: a part of {Header.BlockSize} pixels of {Header.Bands} bands is {bytes:0} bytes; at most {most:0} are decoded at once: store tiles, for example with "
                    + "gdal_translate -co TILED=YES.");
        }
    }

    private void Check(PixelWindow window, int[] bands)
    {
        window.RequireInside(Header.Size);
        foreach (int band in bands)
        {
            if (band < 0 || band >= Header.Bands)
                throw new InputException($"{_path}: band {band} was asked for; the file has 0 to {Header.Bands - 1}: choose one of them.");
        }

        _limits.Check(_path, window.Width, window.Height);
        if (bands.Length == 0 || window.Size.PixelCount * bands.Length > Array.MaxLength)
            throw new InputException($"{_path}: {window.Size} pixels of {bands.Length} bands; 1 to {Array.MaxLength} samples are read at once: choose fewer bands or a smaller rectangle.");
    }

    private byte[] Block<T>(int index)
        where T : unmanaged
    {
        if (_blocks.Find(index) is { } kept)
            return kept;
        byte[] buffer = new byte[BlockBytes()];
        Decode<T>(index, buffer);
        _blocks.Keep(index, buffer);
        return buffer;
    }

    private void Decode<T>(int index, byte[] buffer)
        where T : unmanaged
    {
        // Neither offset nor length: a part that was never written, as GDAL leaves out of sparse files.
        if (_byteCounts[index] == 0)
        {
            Span<T> samples = MemoryMarshal.Cast<byte, T>(buffer.AsSpan());
            samples.Fill(Header.NoData is double value ? SampleKinds.From<T>(value) : default);
            return;
        }

        ulong length = (ulong)_file.Length;
        if (_offsets[index] > length || length - _offsets[index] < _byteCounts[index])
        {
            throw new InputException(
                $"{_path}: part {index} of {_offsets.Length} ends at byte {_offsets[index]} + {_byteCounts[index]} of {length}; the file is truncated, copy or export it again.");
        }

        int wanted = buffer.Length;
        if (!Header.IsTiled)
        {
            int rows = Math.Min(Header.BlockSize.Height, Header.Size.Height - (index % _blocksDown * Header.BlockSize.Height));
            wanted = (int)((long)buffer.Length / Header.BlockSize.Height * rows);
        }

        int got = TiffLibrary.Guarded(_path, () => Header.IsTiled
            ? _library.Image.ReadEncodedTile(index, buffer, 0, wanted)
            : _library.Image.ReadEncodedStrip(index, buffer, 0, wanted));
        if (got != wanted)
            throw _library.Failure($"part {index} of {_offsets.Length} cannot be decoded");
    }

    private void Copy<T>(ReadOnlySpan<T> block, int band, int bandsInBlock, int bx, int by, T[] target, int channel, int channels, PixelWindow window)
    {
        (int width, int height) = (Header.BlockSize.Width, Header.BlockSize.Height);
        int left = Math.Max(window.X, bx * width), right = Math.Min(window.Right, (int)Math.Min((bx + 1L) * width, int.MaxValue));
        int top = Math.Max(window.Y, by * height), bottom = Math.Min(window.Bottom, (int)Math.Min((by + 1L) * height, int.MaxValue));
        for (int y = top; y < bottom; y++)
        {
            int from = ((((y - (by * height)) * width) + left - (bx * width)) * bandsInBlock) + band;
            int to = ((((y - window.Y) * window.Width) + left - window.X) * channels) + channel;
            for (int x = left; x < right; x++, from += bandsInBlock, to += channels)
                target[to] = block[from];
        }
    }

    private Raster Floats<T>(PixelWindow window, IReadOnlyList<int>? bands)
        where T : unmanaged, INumberBase<T>
    {
        T[] samples = ReadSamples<T>(window, bands);
        var values = new float[samples.Length];
        double noData = Header.NoData ?? double.NaN;
        for (int i = 0; i < samples.Length; i++)
        {
            double exact = double.CreateTruncating(samples[i]);
            float value = (float)exact;
            values[i] = float.IsFinite(value) && exact != noData ? value : float.NaN;
        }

        return new Raster(window.Size, (int)(samples.Length / window.Size.PixelCount), values, Header.StoredAs)
        {
            BandNames = bands == null || _bandNames.Count == 0 ? _bandNames : [.. bands.Select(b => _bandNames[b])],
            Resolution = Header.GroundResolution,
        };
    }

    // Names as people may look them up: empty where the file gives none and has no alpha.
    private static IReadOnlyList<string> Names(GeoTiffHeader header, TiffDirectory tags)
    {
        bool isNamed = header.BandNames.Any(n => n != null);
        bool hasAlpha = header.Bands is 2 or 4 && tags.Integers(TiffTags.ExtraSamples) is [1 or 2];
        if (!isNamed && !hasAlpha)
            return [];
        string[] usual = header.Bands == 2 ? ["grey", Alpha] : ["red", "green", "blue", Alpha];
        return [.. header.BandNames.Select((name, i) => name ?? (hasAlpha && (!isNamed || i == header.Bands - 1) ? usual[i] : $"band {i + 1}"))];
    }
}
