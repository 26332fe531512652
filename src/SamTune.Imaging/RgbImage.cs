namespace SamTune.Imaging;

/// <summary>A picture as the model sees it before normalisation: 8-bit RGB, interleaved, row by row; with further bands where a model takes them.</summary>
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

    /// <summary>Bands beside red, green and blue, such as near infrared: (H, W) bytes each, 0..255, row-major; shared, not copies.</summary>
    /// <exception cref="ArgumentException">A band has another number of pixels.</exception>
    public IReadOnlyList<byte[]> ExtraBands
    {
        get;
        init => field = value.FirstOrDefault(b => b.LongLength != Size.PixelCount) is { } other
            ? throw new ArgumentException($"A band of an image of {Size} needs {Size.PixelCount} bytes; got {other.LongLength}.", nameof(value))
            : value;
    }
    = [];

    /// <summary>The same change of the colours and of each extra band; a band goes through it as a grey picture.</summary>
    /// <param name="change">A change whose result for one channel does not depend on the others where all are equal; it is given pictures without extra bands.</param>
    public RgbImage Change(Func<RgbImage, RgbImage> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        RgbImage colours = change(ExtraBands.Count == 0 ? this : new RgbImage(Size, Pixels));
        return ExtraBands.Count == 0 ? colours : new RgbImage(colours.Size, colours.Pixels) { ExtraBands = [.. ExtraBands.Select(b => Red(change(Grey(b))))] };
    }

    /// <summary>A copy of some of its pixels.</summary>
    /// <param name="window">Which; inside the picture.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window reaches beyond the picture.</exception>
    public RgbImage Cut(PixelWindow window)
    {
        return new RgbImage(window.Size, window.CopyFrom(Pixels, Size, 3)) { ExtraBands = [.. ExtraBands.Select(b => window.CopyFrom(b, Size))] };
    }

    private RgbImage Grey(byte[] band)
    {
        var pixels = new byte[3 * band.Length];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = band[i / 3];
        return new RgbImage(Size, pixels);
    }

    private static byte[] Red(RgbImage grey)
    {
        var band = new byte[grey.Size.PixelCount];
        for (int i = 0; i < band.Length; i++)
            band[i] = grey.Pixels[3 * i];
        return band;
    }
}
