using NetVips;

namespace SamTune.Imaging.Filters;

/// <summary>
/// Contrast-limited adaptive histogram equalisation, CLAHE (Zuiderveld 1994, "Contrast limited adaptive histogram equalization", Graphics Gems IV), by libvips
/// (<c>hist_local</c>): every pixel is equalised with the histogram of a window about it.
/// </summary>
public static class ContrastLimitedEqualisation
{
    private const int Levels = 256;

    // hist_local takes the clip limit as a count of pixels in a bin, up to here.
    private const int LargestCount = 100;

    /// <summary>Equalises a picture. Of a coloured one only the lightness (CIE L*) changes; a grey one stays grey, a constant one as it is.</summary>
    /// <param name="image">8-bit RGB.</param>
    /// <param name="windowShare">Side of the window as a share of the long side, above 0, at most 1; an eighth is the usual 8 x 8 tiles. It is held to 3 pixels or more,
    /// the short side or less, and what the clip limit allows (113 pixels at 2).</param>
    /// <param name="clipLimit">Largest slope of the grey levels' curve, 1 (no change of contrast) to 40.</param>
    /// <returns>A new picture of the same size.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static RgbImage Apply(RgbImage image, double windowShare, double clipLimit)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(windowShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(windowShare, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(clipLimit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clipLimit, 40);
        if (IsConstant(image.Pixels))
            return image;

        int side = WindowSide(image.Size, windowShare, clipLimit);
        int count = Math.Clamp((int)Math.Round(clipLimit * side * side / Levels), 1, LargestCount);
        return IsGrey(image.Pixels) ? Grey(image, side, count) : Coloured(image, side, count);
    }

    private static int WindowSide(ImageSize size, double share, double clipLimit)
    {
        int largest = (int)Math.Sqrt(LargestCount * Levels / clipLimit);
        int wanted = Math.Clamp((int)Math.Round(share * size.LongSide), 3, largest);
        return Math.Min(wanted, Math.Min(size.Height, size.Width));
    }

    private static RgbImage Grey(RgbImage image, int side, int count)
    {
        var grey = new byte[image.Pixels.Length / 3];
        for (int i = 0; i < grey.Length; i++)
            grey[i] = image.Pixels[3 * i];
        using Image raw = Image.NewFromMemory(grey, image.Size.Width, image.Size.Height, 1, Enums.BandFormat.Uchar);
        using Image equal = raw.HistLocal(side, side, maxSlope: count);
        byte[] levels = equal.WriteToMemory<byte>();
        var pixels = new byte[image.Pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = levels[i / 3];
        return new RgbImage(image.Size, pixels);
    }

    private static RgbImage Coloured(RgbImage image, int side, int count)
    {
        using Image raw = Image.NewFromMemory(image.Pixels, image.Size.Width, image.Size.Height, 3, Enums.BandFormat.Uchar);
        using Image srgb = raw.Copy(interpretation: Enums.Interpretation.Srgb);
        using Image lab = srgb.Colourspace(Enums.Interpretation.Lab);
        using Image lightness = lab[0];
        // L* runs from 0 to 100.
        using Image scaled = lightness * 2.55;
        using Image levels = scaled.Rint().Cast(Enums.BandFormat.Uchar);
        using Image equal = levels.HistLocal(side, side, maxSlope: count);
        using Image back = equal / 2.55;
        using Image a = lab[1];
        using Image b = lab[2];
        using Image joined = back.Bandjoin(a, b);
        using Image named = joined.Copy(interpretation: Enums.Interpretation.Lab);
        using Image result = named.Colourspace(Enums.Interpretation.Srgb);
        return new RgbImage(image.Size, result.WriteToMemory<byte>());
    }

    private static bool IsConstant(byte[] pixels)
    {
        ReadOnlySpan<byte> first = pixels.AsSpan(0, 3);
        for (int i = 3; i < pixels.Length; i += 3)
        {
            if (!pixels.AsSpan(i, 3).SequenceEqual(first))
                return false;
        }

        return true;
    }

    private static bool IsGrey(byte[] pixels)
    {
        for (int i = 0; i < pixels.Length; i += 3)
        {
            if (pixels[i] != pixels[i + 1] || pixels[i] != pixels[i + 2])
                return false;
        }

        return true;
    }
}
