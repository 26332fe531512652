namespace SamTune.Imaging.GeoTiff;

/// <summary>A rectangle of a scene.</summary>
/// <param name="Raster">(H, W, C) samples of the chosen bands; 0 where there is no measurement.</param>
/// <param name="Valid">Pixels whose samples are all measurements: neither the no-data value nor NaN nor infinite.</param>
public sealed record GeoTiffWindow(Raster Raster, BinaryMask Valid);
