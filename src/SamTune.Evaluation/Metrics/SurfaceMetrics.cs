using SamTune.Imaging;

namespace SamTune.Evaluation.Metrics;

/// <summary>
/// How far the outlines of two masks lie apart, in millimetres, with rows and columns of different spacing. Both measures are symmetric.
/// An outline is made of elements on pixel corners weighted by the length of the contour through them, and what lies outside the picture
/// is background (Nikolov et al. 2018, arXiv:1809.04430; in two dimensions).
/// For pictures without a physical scale pass <see cref="PixelSpacing.Unit"/>: millimetres then read as pixels.
/// </summary>
public static class SurfaceMetrics
{
    // A distance that is the tolerance by arithmetic (3 pixels of 0.1 mm, tolerance 0.3 mm) must not fall outside by rounding.
    private const double RoundingSlack = 1e-9;

    /// <summary>
    /// Normalised surface Dice: the share of both outlines, by length, that lies within the tolerance of the other outline.
    /// Rule for empty masks: both empty is 1, exactly one empty is 0.
    /// </summary>
    /// <param name="first">One mask.</param>
    /// <param name="second">The other mask, of the same size.</param>
    /// <param name="spacing">Millimetres a pixel, positive and finite.</param>
    /// <param name="toleranceMillimetres">Distance that counts as agreement, in millimetres, inclusive; 0 or more.</param>
    /// <returns>0 (no part within tolerance) to 1 (all of both outlines within tolerance).</returns>
    /// <exception cref="ArgumentException">The sizes differ, or spacing or tolerance are out of range.</exception>
    public static double NormalizedSurfaceDice(BinaryMask first, BinaryMask second, PixelSpacing spacing, double toleranceMillimetres)
    {
        RequireTolerance(toleranceMillimetres);
        return ShareWithin(SurfaceDistances.Between(first, second, spacing), first.Area == second.Area, toleranceMillimetres);
    }

    /// <summary>
    /// Hausdorff distance at the 95th percentile: the larger of the two directed distances within which 95 % of an outline's length lies.
    /// Rule for empty masks: both empty is 0; exactly one empty is positive infinity, for no finite distance would be honest. Summaries
    /// average the finite values and say how many were not.
    /// </summary>
    /// <param name="first">One mask.</param>
    /// <param name="second">The other mask, of the same size.</param>
    /// <param name="spacing">Millimetres a pixel, positive and finite.</param>
    /// <returns>Millimetres, 0 or more, or positive infinity.</returns>
    /// <exception cref="ArgumentException">The sizes differ, or the spacing is not positive and finite.</exception>
    public static double HausdorffDistance95(BinaryMask first, BinaryMask second, PixelSpacing spacing) =>
        LargerPercentile(SurfaceDistances.Between(first, second, spacing), first.Area == second.Area);

    // Without distances at least one of the two is empty; they are alike when both are.
    internal static double ShareWithin(SurfaceDistances? distances, bool areAlike, double toleranceMillimetres)
    {
        if (distances == null)
        {
            return areAlike ? 1 : 0;
        }

        double limit = toleranceMillimetres * (1 + RoundingSlack);
        double within = 0, total = 0;
        foreach (SurfaceDistances.Element element in distances.FromFirst.Concat(distances.FromSecond))
        {
            total += element.Weight;
            within += element.Distance <= limit ? element.Weight : 0;
        }

        return within / total;
    }

    internal static double LargerPercentile(SurfaceDistances? distances, bool areAlike) => distances == null
        ? DistanceWithEmpty(areAlike)
        : Math.Max(WeightedPercentile(distances.FromFirst, 0.95), WeightedPercentile(distances.FromSecond, 0.95));

    internal static double Average(SurfaceDistances? distances, bool areAlike)
    {
        if (distances == null)
        {
            return DistanceWithEmpty(areAlike);
        }

        double sum = 0, total = 0;
        foreach (SurfaceDistances.Element element in distances.FromFirst.Concat(distances.FromSecond))
        {
            total += element.Weight;
            sum += element.Weight * element.Distance;
        }

        return sum / total;
    }

    internal static void RequireTolerance(double toleranceMillimetres)
    {
        if (!(toleranceMillimetres >= 0 && double.IsFinite(toleranceMillimetres)))
        {
            throw new ArgumentException(
                $"The tolerance of surface Dice is 0 mm or more; got {toleranceMillimetres}.", nameof(toleranceMillimetres));
        }
    }

    private static double DistanceWithEmpty(bool areAlike) => areAlike ? 0 : double.PositiveInfinity;

    // The smallest distance within which this share of the outline's length lies.
    private static double WeightedPercentile(IReadOnlyList<SurfaceDistances.Element> elements, double share)
    {
        SurfaceDistances.Element[] sorted = [.. elements.OrderBy(e => e.Distance)];
        double wanted = share * sorted.Sum(e => e.Weight) * (1 - RoundingSlack);
        double weight = 0;
        foreach (SurfaceDistances.Element element in sorted)
        {
            weight += element.Weight;
            if (weight >= wanted)
            {
                return element.Distance;
            }
        }

        return sorted[^1].Distance;
    }
}
