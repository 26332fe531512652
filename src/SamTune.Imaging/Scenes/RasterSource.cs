using SamTune.Imaging.GeoTiff;

namespace SamTune.Imaging.Scenes;

/// <summary>Opens scenes by their content.</summary>
public static class RasterSource
{
    /// <summary>Opens a scene: TIFF as GeoTIFF, with or without a georeference; PNG, JPEG and WebP as pictures.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The source; the caller disposes it.</returns>
    /// <exception cref="InputException">The file is missing, unknown or damaged.</exception>
    public static IRasterSource Open(string path) => IsTiff(path) ? GeoTiffRasterSource.Open(path) : FileRasterSource.Open(path);

    /// <summary>Whether a file is a TIFF with a place on the map. Only its tags are looked at.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file is missing, or a TIFF whose tags are damaged.</exception>
    public static bool HasGeoreference(string path)
    {
        if (!IsTiff(path))
            return false;
        using FileStream file = InputFile.Open(path);
        TiffDirectory tags = TiffDirectory.Read(path, file);
        return tags.Has(TiffTags.ModelTransformation) || (tags.Has(TiffTags.ModelPixelScale) && tags.Has(TiffTags.ModelTiepoint));
    }

    private static bool IsTiff(string path)
    {
        using FileStream file = InputFile.Open(path);
        Span<byte> start = stackalloc byte[4];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start is [(byte)'I', (byte)'I', 42 or 43, 0] or [(byte)'M', (byte)'M', 0, 42 or 43];
    }
}
