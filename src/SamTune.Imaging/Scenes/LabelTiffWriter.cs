using BitMiracle.LibTiff.Classic;

namespace SamTune.Imaging.Scenes;

/// <summary>Writes a label picture as a grey TIFF strip by strip, DEFLATE-compressed, so that it never is in memory whole.</summary>
public sealed class LabelTiffWriter : IDisposable
{
    private const int RowsPerStrip = 64;

    // Classic TIFF addresses 4 GiB; what cannot be larger uncompressed fits for sure.
    private const long ClassicLimit = 4_000_000_000;

    private readonly Tiff _tiff;
    private readonly ImageSize _size;
    private readonly bool _isWide;
    private int _next;

    /// <summary>Starts a picture.</summary>
    /// <param name="stream">Where it goes; readable, seekable, empty. Stays open.</param>
    /// <param name="size">Height and width.</param>
    /// <param name="isWide">Labels of 32 bits instead of 16.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public LabelTiffWriter(Stream stream, ImageSize size, bool isWide)
    {
        _size = size;
        _isWide = isWide;
        bool isBig = size.PixelCount * (isWide ? 4 : 2) > ClassicLimit;
        _tiff = Tiff.ClientOpen("labels", isBig ? "wl8" : "wl", stream, new OpenStream()) ?? throw new IOException("The TIFF cannot be started.");
        _tiff.SetField(TiffTag.IMAGEWIDTH, size.Width);
        _tiff.SetField(TiffTag.IMAGELENGTH, size.Height);
        _tiff.SetField(TiffTag.BITSPERSAMPLE, isWide ? 32 : 16);
        _tiff.SetField(TiffTag.SAMPLESPERPIXEL, 1);
        _tiff.SetField(TiffTag.SAMPLEFORMAT, SampleFormat.UINT);
        _tiff.SetField(TiffTag.PHOTOMETRIC, Photometric.MINISBLACK);
        _tiff.SetField(TiffTag.PLANARCONFIG, PlanarConfig.CONTIG);
        _tiff.SetField(TiffTag.ROWSPERSTRIP, RowsPerStrip);
        _tiff.SetField(TiffTag.COMPRESSION, Compression.ADOBE_DEFLATE);
    }

    /// <summary>Appends rows.</summary>
    /// <param name="strip">The rows after those written last.</param>
    /// <exception cref="ArgumentException">The rows do not follow, are not of the picture's width, or a label does not fit.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Write(LabelStrip strip)
    {
        if (strip.Y != _next || strip.Labels.Size.Width != _size.Width || strip.Y + strip.Labels.Size.Height > _size.Height)
            throw new ArgumentException($"Rows {strip.Y} of {strip.Labels.Size} do not follow row {_next} of {_size}.", nameof(strip));

        var row = new byte[_size.Width * (_isWide ? 4 : 2)];
        for (int y = 0; y < strip.Labels.Size.Height; y++, _next++)
        {
            ReadOnlySpan<int> labels = strip.Labels.Labels.AsSpan(y * _size.Width, _size.Width);
            for (int x = 0; x < labels.Length; x++)
            {
                if (labels[x] < 0 || (!_isWide && labels[x] > ushort.MaxValue))
                    throw new ArgumentException($"The label {labels[x]} does not fit into {(_isWide ? 32 : 16)} bits.", nameof(strip));
                if (_isWide)
                    BitConverter.TryWriteBytes(row.AsSpan(4 * x), labels[x]);
                else
                    BitConverter.TryWriteBytes(row.AsSpan(2 * x), (ushort)labels[x]);
            }

            if (!_tiff.WriteScanline(row, _next))
                throw new IOException($"Row {_next} of the label picture cannot be written.");
        }
    }

    /// <summary>Writes what is left and the directory.</summary>
    /// <exception cref="InvalidOperationException">Rows are missing.</exception>
    public void Complete()
    {
        if (_next != _size.Height)
            throw new InvalidOperationException($"{_next} of {_size.Height} rows were written.");
        if (!_tiff.WriteDirectory())
            throw new IOException("The directory of the label picture cannot be written.");
    }

    /// <inheritdoc/>
    public void Dispose() => _tiff.Dispose();

    // The stream is the caller's to close.
    private sealed class OpenStream : TiffStream
    {
        public override void Close(object clientData)
        {
        }
    }
}
