namespace SamTune.Imaging.Nifti;

/// <summary>One slice of a volume as a picture.</summary>
/// <param name="Raster">One channel, scaled values in the volume's unit.</param>
/// <param name="Spacing">Millimetres a pixel.</param>
public sealed record VolumeSlice(Raster Raster, PixelSpacing Spacing);
