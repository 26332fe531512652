using SkiaSharp;

namespace SamTune.Synthesis.Figures;

/// <summary>Finds which outlines lie within which.</summary>
internal static class Nesting
{
    private const int Side = 64;

    // Drawn parts stick out of their whole by an edge's width.
    private const double Within = 0.9;

    /// <summary>For each outline the last earlier one that holds nearly all of it and is larger; -1 where there is none.</summary>
    /// <param name="outlines">Back to front, in the square -1..1.</param>
    public static int[] ParentsOf(IReadOnlyList<SKPath> outlines)
    {
        byte[][] covered = [.. outlines.Select(Cover)];
        int[] areas = [.. covered.Select(c => c.Count(p => p != 0))];
        return [.. outlines.Select((_, i) =>
        {
            for (int earlier = i - 1; earlier >= 0; earlier--)
            {
                if (areas[i] > 0 && areas[earlier] > areas[i] && Common(covered[i], covered[earlier]) >= Within * areas[i])
                {
                    return earlier;
                }
            }

            return -1;
        })];
    }

    private static byte[] Cover(SKPath path)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(Side, Side, SKColorType.Alpha8, SKAlphaType.Premul));
        using var canvas = new SKCanvas(bitmap);
        canvas.Scale(Side / 2f);
        canvas.Translate(1, 1);
        using var paint = new SKPaint { Color = SKColors.White, IsAntialias = false };
        canvas.DrawPath(path, paint);
        return bitmap.GetPixelSpan().ToArray();
    }

    private static int Common(byte[] one, byte[] other)
    {
        int count = 0;
        for (int i = 0; i < one.Length; i++)
        {
            count += one[i] != 0 && other[i] != 0 ? 1 : 0;
        }

        return count;
    }
}
