namespace SamTune.Imaging;

/// <summary>Which pixels of a picture belong to one object: one byte a pixel, 0 or 1.</summary>
public sealed class BinaryMask
{
    /// <summary>Wraps pixels without copying them.</summary>
    /// <param name="size">Height and width in pixels.</param>
    /// <param name="pixels">(H, W) bytes, each 0 or 1, row-major.</param>
    /// <exception cref="ArgumentException">The number of bytes does not fit the size.</exception>
    public BinaryMask(ImageSize size, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (size.Height < 1 || size.Width < 1 || pixels.LongLength != size.PixelCount)
        {
            throw new ArgumentException($"A mask of {size} needs {size.PixelCount} bytes; got {pixels.LongLength}.", nameof(pixels));
        }

        Size = size;
        Pixels = pixels;
        Area = pixels.Count(p => p != 0);
    }

    /// <summary>Height and width in pixels.</summary>
    public ImageSize Size { get; }

    /// <summary>(H, W) bytes, each 0 or 1, row-major; shared, not a copy.</summary>
    public byte[] Pixels { get; }

    /// <summary>Number of pixels that belong to the object.</summary>
    public int Area { get; }

    /// <summary>True where the object covers the pixel.</summary>
    public bool this[int y, int x] => Pixels[y * Size.Width + x] != 0;

    /// <summary>A copy of some of its pixels.</summary>
    /// <param name="window">Which; inside the picture.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window reaches beyond the picture.</exception>
    public BinaryMask Cut(PixelWindow window) => new(window.Size, window.CopyFrom(Pixels, Size));

    /// <summary>The pixels that are not in another mask.</summary>
    /// <param name="other">Of the same size; null for none.</param>
    /// <returns>A new mask; this one where <paramref name="other"/> is null.</returns>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public BinaryMask Without(BinaryMask? other)
    {
        if (other == null)
            return this;
        if (other.Size != Size)
            throw new ArgumentException($"The masks are {Size} and {other.Size}; one size is needed.", nameof(other));
        var pixels = new byte[Pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = other.Pixels[i] == 0 ? Pixels[i] : (byte)0;
        return new BinaryMask(Size, pixels);
    }

    /// <summary>The smallest box that holds the object; null when the mask is empty.</summary>
    public BoundingBox? Bounds()
    {
        int x0 = Size.Width, y0 = Size.Height, x1 = -1, y1 = -1;
        for (int y = 0, i = 0; y < Size.Height; y++)
        {
            for (int x = 0; x < Size.Width; x++, i++)
            {
                if (Pixels[i] != 0)
                {
                    x0 = Math.Min(x0, x);
                    x1 = Math.Max(x1, x);
                    y0 = Math.Min(y0, y);
                    y1 = y;
                }
            }
        }

        return x1 < 0 ? null : new BoundingBox(x0, y0, x1, y1);
    }
}
