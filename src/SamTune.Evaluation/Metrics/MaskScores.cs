using SamTune.Imaging;

namespace SamTune.Evaluation.Metrics;

/// <summary>All metrics of one prediction against its truth; the outlines are measured once for both surface metrics.</summary>
/// <param name="Dice">Dice coefficient, 0..1; see <see cref="OverlapMetrics.Dice(BinaryMask, BinaryMask)"/>.</param>
/// <param name="IntersectionOverUnion">Intersection over union, 0..1.</param>
/// <param name="SurfaceDice">Normalised surface Dice, 0..1; see <see cref="SurfaceMetrics.NormalizedSurfaceDice"/>.</param>
/// <param name="HausdorffDistance95">Millimetres; positive infinity when exactly one mask is empty.</param>
public sealed record MaskScores(double Dice, double IntersectionOverUnion, double SurfaceDice, double HausdorffDistance95)
{
    /// <summary>Measures one prediction.</summary>
    /// <param name="predicted">What the model said.</param>
    /// <param name="truth">What is true, of the same size.</param>
    /// <param name="spacing">Millimetres a pixel; <see cref="PixelSpacing.Unit"/> for pictures without a scale.</param>
    /// <param name="toleranceMillimetres">Tolerance of surface Dice, in millimetres.</param>
    /// <exception cref="ArgumentException">The sizes differ, or spacing or tolerance are out of range.</exception>
    public static MaskScores Measure(BinaryMask predicted, BinaryMask truth, PixelSpacing spacing, double toleranceMillimetres)
    {
        SurfaceMetrics.RequireTolerance(toleranceMillimetres);
        var distances = SurfaceDistances.Between(predicted, truth, spacing);
        bool areAlike = predicted.Area == truth.Area;
        return new MaskScores(
            OverlapMetrics.Dice(predicted, truth),
            OverlapMetrics.IntersectionOverUnion(predicted, truth),
            SurfaceMetrics.ShareWithin(distances, areAlike, toleranceMillimetres),
            SurfaceMetrics.LargerPercentile(distances, areAlike));
    }
}
