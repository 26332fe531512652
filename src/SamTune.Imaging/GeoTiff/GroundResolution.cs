namespace SamTune.Imaging.GeoTiff;

/// <summary>How large a pixel is on the ground.</summary>
/// <param name="X">Metres from one column to the next.</param>
/// <param name="Y">Metres from one row to the next.</param>
public readonly record struct GroundResolution(double X, double Y);
