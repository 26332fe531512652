using SamTune.Imaging;
using SamTune.Imaging.Nifti;

namespace SamTune.Evaluation.Metrics;

/// <summary>
/// How far two masks cover the same pixels (voxels). Both measures are symmetric and lie in 0..1.
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
        MaskPair.RequireSameSize(first, second);
        return Dice(Intersection(first.Pixels, second.Pixels), first.Area, second.Area);
    }

    /// <summary>Dice coefficient of two volumes.</summary>
    /// <inheritdoc cref="Dice(BinaryMask, BinaryMask)"/>
    public static double Dice(BinaryVolume first, BinaryVolume second)
    {
        MaskPair.RequireSameSize(first, second);
        return Dice(Intersection(first.Voxels, second.Voxels), first.Count, second.Count);
    }

    /// <summary>Intersection over union, |A∩B| / |A∪B| (Jaccard 1912).</summary>
    /// <param name="first">One mask.</param>
    /// <param name="second">The other mask, of the same size.</param>
    /// <returns>0 (nothing shared) to 1 (equal, or both empty).</returns>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static double IntersectionOverUnion(BinaryMask first, BinaryMask second)
    {
        MaskPair.RequireSameSize(first, second);
        return IntersectionOverUnion(Intersection(first.Pixels, second.Pixels), first.Area, second.Area);
    }

    /// <summary>Intersection over union of two volumes.</summary>
    /// <inheritdoc cref="IntersectionOverUnion(BinaryMask, BinaryMask)"/>
    public static double IntersectionOverUnion(BinaryVolume first, BinaryVolume second)
    {
        MaskPair.RequireSameSize(first, second);
        return IntersectionOverUnion(Intersection(first.Voxels, second.Voxels), first.Count, second.Count);
    }

    private static double Dice(long shared, long first, long second) => first + second == 0 ? 1 : 2.0 * shared / (first + second);

    private static double IntersectionOverUnion(long shared, long first, long second)
    {
        long union = first + second - shared;
        return union == 0 ? 1 : (double)shared / union;
    }

    private static long Intersection(byte[] first, byte[] second)
    {
        long shared = 0;
        for (int i = 0; i < first.Length; i++)
        {
            if (first[i] != 0 && second[i] != 0)
            {
                shared++;
            }
        }

        return shared;
    }
}
