using System.Numerics;
using System.Runtime.InteropServices;
using NetVips;
using SamTune.Imaging.Codecs;

namespace SamTune.Imaging.Scenes;

/// <summary>
/// Windows of a PNG, JPEG, TIFF or WebP file, decoded as they are asked for. Rows from the top of the last window to its bottom stay in memory, over the whole width, so memory
/// grows with the picture's width and the windows' height but not with its own height; a window above them starts the file again from its first row. A WebP, an interlaced PNG and a progressive JPEG are
/// decoded whole by their libraries, whatever is asked for.
/// </summary>
public sealed class FileRasterSource : IRasterSource
{
    private readonly string _path;
    private readonly ImageHeader _header;
    private readonly int _bytesPerPixel;
    private VipsFile _file;
    private Region _region;
    private byte[] _band = [];
    private int _bandTop;
    private int _bandBottom;

    private FileRasterSource(string path, VipsFile file)
    {
        _path = path;
        _file = file;
        _region = Region.New(file.Image);
        _header = file.Header;
        _bytesPerPixel = _header.Channels * BytesPerSample(_header.StoredAs);
    }

    /// <inheritdoc/>
    public string Name => _path;

    /// <inheritdoc/>
    public ImageSize Size => _header.Size;

    /// <inheritdoc/>
    public GroundResolution? Resolution => null;

    /// <summary>Opens a file; its header is checked, no pixel is decoded.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It is missing, unknown or damaged, or its pixels are CMYK.</exception>
    public static FileRasterSource Open(string path)
    {
        VipsFile file = VipsFile.Open(path, ReadLimits.Windows);
        if (file.Image.Interpretation != Enums.Interpretation.Cmyk)
            return new FileRasterSource(path, file);
        file.Dispose();
        throw new InputException($"{path}: the pixels are CMYK; grey or RGB is needed: convert the file.");
    }

    /// <inheritdoc/>
    public Raster Read(PixelWindow window)
    {
        window.RequireInside(Size);
        Advance(window.Y, window.Bottom);
        int channels = _header.Channels, row = window.Width * _bytesPerPixel;
        var bytes = new byte[checked(window.Height * row)];
        for (int y = 0; y < window.Height; y++)
        {
            long start = (((long)(window.Y + y - _bandTop) * Size.Width) + window.X) * _bytesPerPixel;
            Array.Copy(_band, start, bytes, (long)y * row, row);
        }

        float[] samples = ToSamples(bytes);
        int bad = Array.FindIndex(samples, s => !float.IsFinite(s));
        return bad < 0 ? new Raster(window.Size, channels, samples, _header.StoredAs) : throw new InputException(
            $"{_path}: the sample at x={window.X + (bad / channels % window.Width)}, y={window.Y + (bad / channels / window.Width)} is {samples[bad]}; finite numbers are needed: "
                + "replace missing values first.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _region.Dispose();
        _file.Dispose();
    }

    // Holds the rows from top to bottom; those above are let go.
    private void Advance(int top, int bottom)
    {
        if (top < _bandTop)
        {
            Dispose();
            _file = VipsFile.Open(_path, ReadLimits.Windows);
            if (_file.Header != _header)
                throw new InputException($"{_path}: is another picture than it was when it was opened; leave the file alone while it is read.");
            _region = Region.New(_file.Image);
            (_bandTop, _bandBottom) = (0, 0);
        }

        if (bottom <= _bandBottom)
            return;

        int row = checked(Size.Width * _bytesPerPixel);
        var band = new byte[checked((long)row * (bottom - top)) <= Array.MaxLength ? row * (bottom - top) : throw new InputException(
            $"{_path}: {bottom - top} rows of {Size.Width} pixels are more than one array holds; use a smaller tile.")];
        if (_bandBottom > top)
            Array.Copy(_band, (long)(top - _bandTop) * row, band, 0, (long)(_bandBottom - top) * row);
        try
        {
            // Rows that nobody asked for are decoded all the same: the file has no way to skip them.
            for (int y = Math.Max(_bandBottom, top); y < bottom; y++)
                _region.Fetch(0, y, Size.Width, 1).CopyTo(band, (y - top) * row);
        }
        catch (VipsException exception)
        {
            throw new InputException($"{_path}: the file is damaged or truncated between rows {top} and {bottom} ({InputFile.OneLine(exception)}); export it again.", exception);
        }

        (_band, _bandTop, _bandBottom) = (band, top, bottom);
    }

    private static int BytesPerSample(SampleKind kind) => kind switch
    {
        SampleKind.UInt8 or SampleKind.Int8 => 1,
        SampleKind.UInt16 or SampleKind.Int16 => 2,
        SampleKind.Float64 or SampleKind.UInt64 or SampleKind.Int64 => 8,
        _ => 4,
    };

    private float[] ToSamples(byte[] bytes) => _header.StoredAs switch
    {
        SampleKind.UInt8 => Convert<byte>(bytes),
        SampleKind.Int8 => Convert<sbyte>(bytes),
        SampleKind.UInt16 => Convert<ushort>(bytes),
        SampleKind.Int16 => Convert<short>(bytes),
        SampleKind.UInt32 => Convert<uint>(bytes),
        SampleKind.Int32 => Convert<int>(bytes),
        SampleKind.Float64 => Convert<double>(bytes),
        _ => Convert<float>(bytes),
    };

    private static float[] Convert<T>(byte[] bytes)
        where T : unmanaged, INumberBase<T>
    {
        ReadOnlySpan<T> stored = MemoryMarshal.Cast<byte, T>(bytes);
        var samples = new float[stored.Length];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = float.CreateTruncating(stored[i]);
        return samples;
    }
}
