using CsCheck;
using SamTune.Imaging;

namespace SamTune.Evaluation.Tests;

/// <summary>Small masks for tests.</summary>
internal static class Masks
{
    public static BinaryMask Empty(int height, int width) => new(new ImageSize(height, width), new byte[height * width]);

    /// <summary>A filled rectangle on a larger picture.</summary>
    public static BinaryMask Rectangle(ImageSize size, int y0, int x0, int height, int width)
    {
        var pixels = new byte[size.PixelCount];
        for (int y = y0; y < y0 + height; y++)
        {
            pixels.AsSpan(y * size.Width + x0, width).Fill(1);
        }

        return new BinaryMask(size, pixels);
    }

    /// <summary>A mask drawn in text: '#' is set.</summary>
    public static BinaryMask Draw(params string[] rows) =>
        new(new ImageSize(rows.Length, rows[0].Length), [.. string.Concat(rows).Select(c => c == '#' ? (byte)1 : (byte)0)]);

    /// <summary>Two masks of one random size, sparse to full, and sometimes empty.</summary>
    public static Gen<(BinaryMask First, BinaryMask Second)> Pairs { get; } =
        from height in Gen.Int[1, 14]
        from width in Gen.Int[1, 14]
        from first in OfSize(height, width)
        from second in OfSize(height, width)
        select (first, second);

    /// <summary>Pixel spacings, mostly of different row and column distance.</summary>
    public static Gen<PixelSpacing> Spacings { get; } =
        from y in Gen.Double[0.1, 5]
        from x in Gen.Double[0.1, 5]
        select new PixelSpacing(y, x);

    private static Gen<BinaryMask> OfSize(int height, int width) =>
        from setInTen in Gen.Int[0, 10]
        from draws in Gen.Int[0, 9].Array[height * width]
        select new BinaryMask(new ImageSize(height, width), [.. draws.Select(d => d < setInTen ? (byte)1 : (byte)0)]);
}
