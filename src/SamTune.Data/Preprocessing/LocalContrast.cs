namespace SamTune.Data.Preprocessing;

/// <summary>Settings of contrast-limited adaptive histogram equalisation (CLAHE), done on the 8-bit picture.</summary>
/// <param name="WindowShare">Side of the window as a share of the picture's long side, above 0, at most 1.</param>
/// <param name="ClipLimit">Largest slope of the grey levels' curve, 1..40.</param>
public sealed record LocalContrast(double WindowShare = 0.125, double ClipLimit = 2);
