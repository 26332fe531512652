namespace SamTune.Imaging.Scenes;

/// <summary>A picture that need not fit into memory: it is read window by window. Not safe for several threads.</summary>
public interface IRasterSource : IDisposable
{
    /// <summary>Where it comes from, for messages.</summary>
    string Name { get; }

    /// <summary>Height and width, in pixels.</summary>
    ImageSize Size { get; }

    /// <summary>Ground resolution; null where the source says none.</summary>
    GroundResolution? Resolution { get; }

    /// <summary>Reads some pixels as measured: grey or RGB, with or without alpha, or the bands of a scene with NaN where they hold no measurement. Windows are read fastest from top to bottom.</summary>
    /// <param name="window">Which; inside the picture.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window reaches beyond the picture.</exception>
    /// <exception cref="InputException">The file is damaged.</exception>
    Raster Read(PixelWindow window);
}
