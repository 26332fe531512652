using SamTune.Imaging.Codecs;
using SamTune.Imaging.GeoTiff;

namespace SamTune.Imaging.Scenes;

/// <summary>Windows of a GeoTIFF in any order, with the names of its bands, its ground resolution, and NaN where it holds no measurement.</summary>
public sealed class GeoTiffRasterSource : IRasterSource
{
    private readonly GeoTiffReader _reader;

    private GeoTiffRasterSource(string path, GeoTiffReader reader)
    {
        Name = path;
        _reader = reader;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ImageSize Size => Header.Size;

    /// <inheritdoc/>
    public GroundResolution? Resolution => Header.GroundResolution;

    /// <summary>What the file says about itself.</summary>
    public GeoTiffHeader Header => _reader.Header;

    /// <summary>Opens a file; its header is checked, no pixel is decoded.</summary>
    /// <param name="path">.tif file.</param>
    /// <exception cref="InputException">The file is missing, no TIFF, damaged, or of a kind that is not read.</exception>
    public static GeoTiffRasterSource Open(string path)
        => new(path, GeoTiffReader.Open(path, new ReadLimits { MaximumSide = int.MaxValue }));

    /// <inheritdoc/>
    public Raster Read(PixelWindow window) => _reader.Read(window);

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();
}
