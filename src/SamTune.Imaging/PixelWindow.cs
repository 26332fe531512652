namespace SamTune.Imaging;

/// <summary>A rectangle of whole pixels.</summary>
/// <param name="X">Leftmost column.</param>
/// <param name="Y">Topmost row.</param>
/// <param name="Width">Columns; at least 1 in a valid window.</param>
/// <param name="Height">Rows; at least 1 in a valid window.</param>
public readonly record struct PixelWindow(int X, int Y, int Width, int Height)
{
    /// <summary>The column after the last one.</summary>
    public int Right => X + Width;

    /// <summary>The row after the last one.</summary>
    public int Bottom => Y + Height;

    /// <summary>Height and width.</summary>
    public ImageSize Size => new(Height, Width);

    /// <summary>All pixels of a picture.</summary>
    /// <param name="picture">Size of the picture.</param>
    public static PixelWindow Whole(ImageSize picture) => new(0, 0, picture.Width, picture.Height);

    /// <summary>The same pixels as a box with inclusive corners.</summary>
    public BoundingBox ToBox() => new(X, Y, Right - 1, Bottom - 1);

    /// <summary>The pixels that both windows hold; null when there are none.</summary>
    /// <param name="other">The other window.</param>
    public PixelWindow? Intersect(PixelWindow other)
    {
        int x = Math.Max(X, other.X), y = Math.Max(Y, other.Y);
        int width = Math.Min(Right, other.Right) - x, height = Math.Min(Bottom, other.Bottom) - y;
        return width > 0 && height > 0 ? new PixelWindow(x, y, width, height) : null;
    }

    /// <summary>Refuses a window that reaches beyond a picture.</summary>
    /// <param name="picture">Size of the picture.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is empty or does.</exception>
    public void RequireInside(ImageSize picture)
    {
        if (X < 0 || Y < 0 || Width < 1 || Height < 1 || Width > picture.Width - X || Height > picture.Height - Y)
            throw new ArgumentOutOfRangeException(nameof(picture), $"The window {Width}x{Height} at x={X}, y={Y} does not lie in a picture of {picture}.");
    }

    /// <summary>Copies the window's part of a picture's samples.</summary>
    /// <param name="samples">(H, W, C) of the picture, interleaved, row-major.</param>
    /// <param name="picture">Size of the picture.</param>
    /// <param name="channels">C.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window reaches beyond the picture.</exception>
    internal T[] CopyFrom<T>(T[] samples, ImageSize picture, int channels = 1)
    {
        RequireInside(picture);
        int row = Width * channels;
        var copy = new T[checked(Height * row)];
        for (int y = 0; y < Height; y++)
            samples.AsSpan((((Y + y) * picture.Width) + X) * channels, row).CopyTo(copy.AsSpan(y * row));
        return copy;
    }
}
