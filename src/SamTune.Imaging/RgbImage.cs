namespace SamTune.Imaging;

/// <summary>A picture as the model sees it before normalisation: 8-bit RGB, interleaved, row by row.</summary>
public sealed class RgbImage
{
    /// <summary>Wraps pixels without copying them.</summary>
    /// <param name="size">Height and width in pixels.</param>
    /// <param name="pixels">(H, W, 3) bytes, 0..255, row-major; exactly 3 x H x W of them.</param>
    /// <exception cref="ArgumentException">The number of bytes does not fit the size.</exception>
    public RgbImage(ImageSize size, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (size.Height < 1 || size.Width < 1 || pixels.LongLength != 3 * size.PixelCount)
        {
            throw new ArgumentException($"An RGB image of {size} needs {3 * size.PixelCount} bytes; got {pixels.LongLength}.", nameof(pixels));
        }

        Size = size;
        Pixels = pixels;
    }

    /// <summary>Height and width in pixels.</summary>
    public ImageSize Size { get; }

    /// <summary>(H, W, 3) bytes, 0..255, row-major; shared, not a copy.</summary>
    public byte[] Pixels { get; }

    /// <summary>A copy of some of its pixels.</summary>
    /// <param name="window">Which; inside the picture.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window reaches beyond the picture.</exception>
    public RgbImage Cut(PixelWindow window)
    {
        window.RequireInside(Size);
        var pixels = new byte[3 * window.Size.PixelCount];
        for (int y = 0; y < window.Height; y++)
            Pixels.AsSpan(3 * ((window.Y + y) * Size.Width + window.X), 3 * window.Width).CopyTo(pixels.AsSpan(3 * y * window.Width));
        return new RgbImage(window.Size, pixels);
    }
}
