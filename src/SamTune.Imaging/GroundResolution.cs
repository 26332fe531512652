namespace SamTune.Imaging;

/// <summary>How large a pixel is on the ground.</summary>
/// <param name="X">Metres from one column to the next.</param>
/// <param name="Y">Metres from one row to the next.</param>
public readonly record struct GroundResolution(double X, double Y)
{
    /// <summary>The longer side of a pixel, in metres.</summary>
    public double Coarsest => Math.Max(X, Y);

    /// <summary>Pixels that are as wide as high.</summary>
    /// <param name="metres">Metres a pixel.</param>
    public static GroundResolution Square(double metres) => new(metres, metres);

    /// <summary>The resolution of the same ground in another number of pixels.</summary>
    /// <param name="from">Pixels at this resolution.</param>
    /// <param name="to">Pixels at the new one.</param>
    public GroundResolution Resized(ImageSize from, ImageSize to) => new(X * from.Width / to.Width, Y * from.Height / to.Height);

    /// <inheritdoc/>
    public override string ToString() => X == Y ? FormattableString.Invariant($"{X:0.####} m") : FormattableString.Invariant($"{X:0.####} x {Y:0.####} m");
}
