namespace SamTune.Imaging;

/// <summary>Bilinear resize with antialiasing, bit for bit as Pillow does it.</summary>
/// <remarks>
/// Separable, columns first; each pass weighs the source with a triangle as wide as the scale, in fixed point with 22 fractional bits, and rounds to 8 bits.
/// </remarks>
public static class PillowResize
{
    private const int Precision = 22;

    /// <summary>Resizes a picture.</summary>
    /// <param name="source">8-bit RGB.</param>
    /// <param name="target">Height and width of the result, in pixels.</param>
    /// <returns>A new picture; the source itself when nothing changes.</returns>
    public static RgbImage Bilinear(RgbImage source, ImageSize target)
    {
        if (source.Size == target)
        {
            return source;
        }

        (int height, int width) = source.Size;
        byte[] wide = Columns(source.Pixels, height, width, target.Width);
        return new RgbImage(target, Rows(wide, height, target.Width, target.Height));
    }

    private static byte[] Columns(byte[] pixels, int height, int width, int newWidth)
    {
        if (newWidth == width)
        {
            return pixels;
        }

        (int First, int[] Weights)[] taps = Taps(width, newWidth);
        var result = new byte[3 * height * newWidth];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < newWidth; x++)
            {
                Weigh(pixels, 3 * (y * width + taps[x].First), 3, taps[x].Weights, result, 3 * (y * newWidth + x));
            }
        }

        return result;
    }

    private static byte[] Rows(byte[] pixels, int height, int width, int newHeight)
    {
        if (newHeight == height)
        {
            return pixels;
        }

        (int First, int[] Weights)[] taps = Taps(height, newHeight);
        var result = new byte[3 * newHeight * width];
        for (int y = 0; y < newHeight; y++)
        {
            for (int x = 0; x < width; x++)
            {
                Weigh(pixels, 3 * (taps[y].First * width + x), 3 * width, taps[y].Weights, result, 3 * (y * width + x));
            }
        }

        return result;
    }

    private static void Weigh(byte[] source, int offset, int stride, int[] weights, byte[] target, int at)
    {
        int red = 1 << (Precision - 1), green = red, blue = red;
        foreach (int weight in weights)
        {
            red += source[offset] * weight;
            green += source[offset + 1] * weight;
            blue += source[offset + 2] * weight;
            offset += stride;
        }

        target[at] = (byte)Math.Clamp(red >> Precision, 0, 255);
        target[at + 1] = (byte)Math.Clamp(green >> Precision, 0, 255);
        target[at + 2] = (byte)Math.Clamp(blue >> Precision, 0, 255);
    }

    private static (int First, int[] Weights)[] Taps(int from, int to)
    {
        double scale = (double)from / to, support = Math.Max(scale, 1);
        var taps = new (int, int[])[to];
        for (int i = 0; i < to; i++)
        {
            double centre = (i + 0.5) * scale;
            int low = Math.Max((int)(centre - support + 0.5), 0), high = Math.Min((int)(centre + support + 0.5), from);
            double[] weights = [.. Enumerable.Range(low, high - low).Select(j => Math.Max(0, 1 - Math.Abs((j - centre + 0.5) / support)))];
            double sum = weights.Sum();
            taps[i] = (low, [.. weights.Select(w => (int)(w / sum * (1 << Precision) + 0.5))]);
        }

        return taps;
    }
}
