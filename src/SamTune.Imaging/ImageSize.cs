namespace SamTune.Imaging;

/// <summary>Height and width of a picture, in pixels.</summary>
/// <param name="Height">Rows; at least 1 in a valid size.</param>
/// <param name="Width">Columns; at least 1 in a valid size.</param>
public readonly record struct ImageSize(int Height, int Width)
{
    /// <summary>Number of pixels, without overflow.</summary>
    public long PixelCount => (long)Height * Width;

    /// <summary>The longer of the two sides, in pixels.</summary>
    public int LongSide => Math.Max(Height, Width);

    /// <summary>Width x height, as people write it: "512x384".</summary>
    public override string ToString() => $"{Width}x{Height}";
}
