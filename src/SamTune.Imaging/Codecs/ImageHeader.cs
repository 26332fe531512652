namespace SamTune.Imaging.Codecs;

/// <summary>File formats that are read; recognised by their first bytes, never by the file's name.</summary>
public enum ImageFormat
{
    /// <summary>Portable Network Graphics.</summary>
    Png,

    /// <summary>JPEG (lossy).</summary>
    Jpeg,

    /// <summary>TIFF, BigTIFF, GeoTIFF.</summary>
    Tiff,

    /// <summary>WebP (lossy or lossless).</summary>
    WebP,
}

/// <summary>What a file says about itself before a pixel is decoded.</summary>
/// <param name="Format">File format.</param>
/// <param name="Size">Height and width in pixels, within the limits.</param>
/// <param name="Channels">Channels after a palette is expanded, alpha included.</param>
/// <param name="StoredAs">Type of the samples.</param>
/// <param name="HasPalette">True for an indexed PNG.</param>
public sealed record ImageHeader(ImageFormat Format, ImageSize Size, int Channels, SampleKind StoredAs, bool HasPalette)
{
    /// <summary>True where compression changes values: JPEG, and WebP that is not lossless. Such a file can hold a black and white mask, but no labels.</summary>
    public bool IsLossy { get; init; }
}
