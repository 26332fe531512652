namespace SamTune.Imaging.GeoTiff;

/// <summary>A rectangle of pixels of a scene.</summary>
/// <param name="Column">Leftmost column, from 0.</param>
/// <param name="Row">Topmost row, from 0.</param>
/// <param name="Width">Columns, 1 or more.</param>
/// <param name="Height">Rows, 1 or more.</param>
public readonly record struct GeoTiffRectangle(int Column, int Row, int Width, int Height)
{
    /// <summary>Height and width of the rectangle, in pixels.</summary>
    public ImageSize Size => new(Height, Width);

    /// <summary>The rectangle that is the whole scene.</summary>
    /// <param name="size">The scene's size.</param>
    public static GeoTiffRectangle Whole(ImageSize size) => new(0, 0, size.Width, size.Height);

    /// <summary>True when every pixel of the rectangle lies in a scene.</summary>
    /// <param name="size">The scene's size.</param>
    public bool IsInside(ImageSize size)
        => Column >= 0 && Row >= 0 && Width >= 1 && Height >= 1 && (long)Column + Width <= size.Width && (long)Row + Height <= size.Height;
}
