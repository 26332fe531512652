namespace SamTune.Imaging.GeoTiff;

/// <summary>How the pixels of a GeoTIFF are packed; the values are those of the TIFF tag Compression.</summary>
public enum GeoTiffCompression
{
    /// <summary>Not at all.</summary>
    None = 1,

    /// <summary>Lempel-Ziv-Welch; without loss.</summary>
    Lzw = 5,

    /// <summary>JPEG inside TIFF; with loss, 8 bits. Read only.</summary>
    Jpeg = 7,

    /// <summary>DEFLATE (zlib); without loss.</summary>
    Deflate = 8,

    /// <summary>Run lengths of bytes; without loss.</summary>
    PackBits = 32773,
}
