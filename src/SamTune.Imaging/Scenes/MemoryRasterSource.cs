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
    public Raster Read(PixelWindow window)
    {
        window.RequireInside(Size);
        int length = window.Width * raster.Channels;
        var samples = new float[window.Height * length];
        for (int y = 0; y < window.Height; y++)
            raster.Samples.AsSpan((((window.Y + y) * Size.Width) + window.X) * raster.Channels, length).CopyTo(samples.AsSpan(y * length));
        return new Raster(window.Size, raster.Channels, samples, raster.StoredAs);
    }
}
