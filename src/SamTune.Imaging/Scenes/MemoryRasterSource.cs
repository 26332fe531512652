namespace SamTune.Imaging.Scenes;

/// <summary>Windows of a picture that is in memory.</summary>
/// <param name="raster">The picture; not copied.</param>
/// <param name="name">Where it comes from, for messages.</param>
public sealed class MemoryRasterSource(Raster raster, string name) : IRasterSource
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public ImageSize Size => raster.Size;

    /// <inheritdoc/>
    public GroundResolution? Resolution => raster.Resolution;

    /// <inheritdoc/>
    public Raster Read(PixelWindow window)
        => new Raster(window.Size, raster.Channels, window.CopyFrom(raster.Samples, Size, raster.Channels), raster.StoredAs) { BandNames = raster.BandNames, Resolution = raster.Resolution };

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
