using System.Runtime.InteropServices;
using NetVips;

namespace SamTune.Imaging.Codecs;

/// <summary>An open picture: header known and within the limits, pixels not yet decoded.</summary>
internal sealed class VipsFile : IDisposable
{
    private readonly Source _source;

    private VipsFile(string path, Source source, Image image, ImageHeader header, byte[] start)
    {
        Path = path;
        _source = source;
        Image = image;
        Header = header;
        Start = start;
    }

    public string Path { get; }

    public Image Image { get; private set; }

    public ImageHeader Header { get; }

    /// <summary>The first bytes of the file.</summary>
    public byte[] Start { get; }

    /// <summary>Opens a file by its content: no format but the four known ones reaches a decoder.</summary>
    /// <exception cref="InputException">Missing, unknown, damaged or too large.</exception>
    public static VipsFile Open(string path, ReadLimits limits)
    {
        byte[] start = ReadStart(path);
        ImageFormat format = Recognise(path, start);
        Source? source = null;
        Image? image = null;
        try
        {
            // A source, not a file name: libvips reads "[...]" in names as options and keeps an old picture for a rewritten name.
            source = Source.NewFromFile(path);
            image = Load(format, source);
            limits.Check(path, image.Width, image.Height);
            RefuseSeveralPages(path, format, image);
            var header = new ImageHeader(
                format,
                new ImageSize(image.Height, image.Width),
                image.Bands,
                KindOf(path, image.Format),
                HasPalette: format == ImageFormat.Png && PngFile.IsIndexed(start))
            {
                IsLossy = format == ImageFormat.Jpeg || (format == ImageFormat.WebP && IsLossyWebP(path)),
            };
            return new VipsFile(path, source, image, header, start);
        }
        catch (Exception exception)
        {
            image?.Dispose();
            source?.Dispose();
            if (exception is VipsException)
                throw Damaged(path, format, exception);
            throw;
        }
    }

    /// <summary>Puts another picture in place of the one that was opened, such as one of the same file decoded differently.</summary>
    public void Replace(Func<Image, Image> change)
    {
        Image before = Image;
        Image = change(before);
        before.Dispose();
    }

    /// <summary>Decodes every pixel: (H, W, C), interleaved.</summary>
    /// <typeparam name="T">The type that fits the picture's format.</typeparam>
    public T[] Decode<T>()
        where T : unmanaged
    {
        try
        {
            return Image.WriteToMemory<T>();
        }
        catch (VipsException exception)
        {
            throw Damaged(Path, Header.Format, exception);
        }
    }

    /// <summary>Decodes the pixels of a window: (H, W, C), interleaved. Rows above it are decoded too but not kept; a window of the same file may not begin above one that was read before.</summary>
    /// <typeparam name="T">The type that fits the picture's format.</typeparam>
    public T[] Decode<T>(PixelWindow window)
        where T : unmanaged
    {
        var samples = new T[checked((int)(window.Size.PixelCount * Image.Bands))];
        Span<byte> bytes = MemoryMarshal.AsBytes(samples.AsSpan());
        int row = bytes.Length / window.Height;
        try
        {
            using Region region = Region.New(Image);
            for (int y = 0; y < window.Height; y++)
                region.Fetch(window.X, window.Y + y, window.Width, 1).CopyTo(bytes[(y * row)..]);
        }
        catch (VipsException exception)
        {
            throw Damaged(Path, Header.Format, exception);
        }

        return samples;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Image.Dispose();
        _source.Dispose();
    }

    private static byte[] ReadStart(string path)
    {
        using FileStream stream = InputFile.Open(path);
        var start = new byte[PngFile.HeaderLength];
        int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (read == 0)
            throw new InputException($"{path}: the file is empty; export the picture again.");
        return start[..read];
    }

    private static bool IsLossyWebP(string path)
    {
        using FileStream stream = InputFile.Open(path);
        return WebPFile.IsLossy(stream);
    }

    private static ImageFormat Recognise(string path, ReadOnlySpan<byte> start)
    {
        if (PngFile.HasSignature(start))
        {
            return start.Length == PngFile.HeaderLength ? ImageFormat.Png : throw new InputException(
                $"{path}: the PNG ends inside its header; the file is truncated, export it again.");
        }

        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return ImageFormat.Jpeg;
        if (start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) || start.StartsWith("II+\0"u8) || start.StartsWith("MM\0+"u8))
            return ImageFormat.Tiff;
        if (start.Length > 12 && start.StartsWith("RIFF"u8) && start[8..].StartsWith("WEBP"u8))
            return ImageFormat.WebP;
        throw new InputException(
            $"{path}: the first bytes are those of no picture that is read; needed is PNG, JPEG, TIFF or WebP: convert the file.");
    }

    private static Image Load(ImageFormat format, Source source, int page = 0) => format switch
    {
        ImageFormat.Png => Image.PngloadSource(source, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error),
        ImageFormat.Jpeg => Image.JpegloadSource(source, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error),
        ImageFormat.Tiff => Image.TiffloadSource(source, page: page, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error),
        ImageFormat.WebP => Image.WebploadSource(source, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error),
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    // Later pages that are smaller are overviews or thumbnails of the first; one of the same size is another picture.
    private static void RefuseSeveralPages(string path, ImageFormat format, Image image)
    {
        if (format is not (ImageFormat.Tiff or ImageFormat.WebP) || !image.Contains("n-pages"))
            return;
        if (image.Get("n-pages") is not int pages || pages < 2)
            return;

        if (format == ImageFormat.Tiff)
        {
            using Source again = Source.NewFromFile(path);
            using Image second = Load(format, again, page: 1);
            if (second.Width != image.Width || second.Height != image.Height)
                return;
        }

        throw new InputException($"{path}: holds {pages} pictures; one a file is needed: save the pages as files of their own.");
    }

    private static SampleKind KindOf(string path, Enums.BandFormat format) => format switch
    {
        Enums.BandFormat.Uchar => SampleKind.UInt8,
        Enums.BandFormat.Char => SampleKind.Int8,
        Enums.BandFormat.Ushort => SampleKind.UInt16,
        Enums.BandFormat.Short => SampleKind.Int16,
        Enums.BandFormat.Uint => SampleKind.UInt32,
        Enums.BandFormat.Int => SampleKind.Int32,
        Enums.BandFormat.Float => SampleKind.Float32,
        Enums.BandFormat.Double => SampleKind.Float64,
        _ => throw new InputException($"{path}: samples are complex numbers; export magnitudes."),
    };

    private static InputException Damaged(string path, ImageFormat format, Exception exception)
        => new($"{path}: the {format} file is damaged or truncated ({InputFile.OneLine(exception)}); export it again.", exception);
}
