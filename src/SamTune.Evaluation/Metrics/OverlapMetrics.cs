using SamTune.Imaging;

namespace SamTune.Evaluation.Metrics;

/// <summary>
/// How far two masks cover the same pixels. Both measures are symmetric and lie in 0..1.
/// Rule for empty masks: both empty is perfect agreement, 1; exactly one empty is 0, which the formulas give by themselves.
/// </summary>
public static class OverlapMetrics
{
    /// <summary>Dice coefficient, 2|A∩B| / (|A| + |B|) (Dice 1945).</summary>
    /// <param name="first">One mask.</param>
    /// <param name="second">The other mask, of the same size.</param>
    /// <returns>0 (nothing shared) to 1 (equal, or both empty).</returns>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static double Dice(BinaryMask first, BinaryMask second)
    {
        long total = (long)first.Area + second.Area;
        long shared = Intersection(first, second);
        return total == 0 ? 1 : 2.0 * shared / total;
    }

    /// <summary>Intersection over union, |A∩B| / |A∪B| (Jaccard 1912).</summary>
    /// <param name="first">One mask.</param>
    /// <param name="second">The other mask, of the same size.</param>
    /// <returns>0 (nothing shared) to 1 (equal, or both empty).</returns>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static double IntersectionOverUnion(BinaryMask first, BinaryMask second)
    {
        long shared = Intersection(first, second);
        long union = (long)first.Area + second.Area - shared;
        return union == 0 ? 1 : (double)shared / union;
    }

    private static long Intersection(BinaryMask first, BinaryMask second)
    {
        MaskPair.RequireSameSize(first, second);
        byte[] a = first.Pixels, b = second.Pixels;
        long shared = 0;
        for (int i = 0; i < a.Length; i++)
        {
            if (a[i] != 0 && b[i] != 0)
            {
                shared++;
            }
        }

        return shared;
    }
}
