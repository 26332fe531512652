using BitMiracle.LibTiff.Classic;

namespace SamTune.Imaging.GeoTiff;

/// <summary>
/// An open file of the TIFF library. The library reports through one handler of the whole process; this one hands each message to the file it is about and prints nothing. What it says
/// is kept to tell the user why decoding failed.
/// </summary>
internal sealed class TiffLibrary : IDisposable
{
    private string? _message;

    static TiffLibrary() => Tiff.SetErrorHandler(new Forwarder());

    private TiffLibrary(string path, Stream stream, string mode)
    {
        Path = path;
        Image = Tiff.ClientOpen(path, mode, this, new StreamAdapter(stream)) ?? throw Failure("cannot be opened as a TIFF");
    }

    /// <summary>The file, for messages.</summary>
    public string Path { get; }

    /// <summary>The library's object.</summary>
    public Tiff Image { get; }

    /// <summary>Opens for reading. Strips stay as stored ("c": no splitting of large ones).</summary>
    public static TiffLibrary OpenRead(string path, Stream stream)
    {
        stream.Position = 0;
        return Guarded(path, () => new TiffLibrary(path, stream, "rc"));
    }

    /// <summary>Starts a new file, as a BigTIFF where 32-bit offsets do not reach.</summary>
    public static TiffLibrary Create(string path, Stream stream, bool bigTiff) => new(path, stream, bigTiff ? "wl8" : "wl");

    /// <summary>Sets a tag of a file that is written.</summary>
    public void Set(TiffTag tag, params object[] values)
    {
        if (!Image.SetField(tag, values))
            throw Failure($"tag {tag} cannot be written");
    }

    /// <summary>
    /// Runs a decoder over bytes that nobody vouches for. The managed codecs answer damaged data with whatever exception their arithmetic runs into; those, and no others, become one line.
    /// </summary>
    public static T Guarded<T>(string path, Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (Exception exception) when (exception is IndexOutOfRangeException or ArgumentException or ArithmeticException or InvalidOperationException or NullReferenceException
            or InvalidCastException or IOException or NotSupportedException or OutOfMemoryException or FormatException)
        {
            throw new InputException($"{path}: the TIFF is damaged ({InputFile.OneLine(exception)}); export it again.", exception);
        }
    }

    /// <summary>What went wrong, with what the library said about it.</summary>
    public InputException Failure(string what)
    {
        string said = _message == null ? "" : $" ({_message})";
        _message = null;
        return new InputException($"{Path}: {what}{said}; the file is damaged or of a kind that is not read: export it again, for example with gdal_translate -co COMPRESS=DEFLATE.");
    }

    /// <inheritdoc/>
    public void Dispose() => Image.Dispose();

    private sealed class Forwarder : TiffErrorHandler
    {
        public override void ErrorHandler(Tiff tif, string method, string format, params object[] args)
        {
        }

        public override void ErrorHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
        {
            if (clientData is TiffLibrary library)
                library._message ??= string.Join("; ", string.Format(format, args).Split('\n', StringSplitOptions.TrimEntries)).TrimEnd('.');
        }

        public override void WarningHandler(Tiff tif, string method, string format, params object[] args)
        {
        }

        public override void WarningHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
        {
        }
    }

    // The stream belongs to whoever opened it.
    private sealed class StreamAdapter(Stream stream) : TiffStream
    {
        public override int Read(object clientData, byte[] buffer, int offset, int count) => stream.ReadAtLeast(buffer.AsSpan(offset, count), count, throwOnEndOfStream: false);

        public override void Write(object clientData, byte[] buffer, int offset, int count) => stream.Write(buffer, offset, count);

        public override long Seek(object clientData, long offset, SeekOrigin origin) => offset == -1 ? -1 : stream.Seek(offset, origin);

        public override void Close(object clientData)
        {
        }

        public override long Size(object clientData) => stream.Length;
    }
}
