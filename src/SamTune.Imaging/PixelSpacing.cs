namespace SamTune.Imaging;

/// <summary>Distance between the centres of neighbouring pixels, in millimetres.</summary>
/// <param name="Y">Millimetres from one row to the next; positive.</param>
/// <param name="X">Millimetres from one column to the next; positive.</param>
public readonly record struct PixelSpacing(double Y, double X)
{
    /// <summary>
    /// One millimetre a pixel: what a picture without a physical scale is measured with, so that distances are in pixels.
    /// </summary>
    public static PixelSpacing Unit { get; } = new(1, 1);
}
