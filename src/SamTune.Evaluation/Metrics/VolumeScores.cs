using SamTune.Imaging;
using SamTune.Imaging.Nifti;

namespace SamTune.Evaluation.Metrics;

/// <summary>
/// All metrics of one predicted volume against its truth, in millimetres whatever the voxels' shape. Both empty is perfect agreement (1, 1, 1, 0, 0); of exactly one
/// empty the distances are positive infinity.
/// </summary>
/// <param name="Dice">Volumetric Dice coefficient, 0..1.</param>
/// <param name="IntersectionOverUnion">Intersection over union of the voxels, 0..1.</param>
/// <param name="SurfaceDice">
/// Normalised surface Dice, 0..1: the share of both surfaces, by area, within the tolerance of the other (Nikolov et al. 2018, arXiv:1809.04430).
/// </param>
/// <param name="HausdorffDistance95">The larger of the two directed distances within which 95 % of a surface's area lies, in millimetres.</param>
/// <param name="AverageSurfaceDistance">
/// Average symmetric surface distance: the mean distance of both surfaces to each other, by area, in millimetres (Heimann et al. 2009, "Comparison and evaluation
/// of methods for liver segmentation from CT datasets").
/// </param>
public sealed record VolumeScores(double Dice, double IntersectionOverUnion, double SurfaceDice, double HausdorffDistance95, double AverageSurfaceDistance)
{
    /// <summary>Measures one prediction.</summary>
    /// <param name="predicted">What the model said.</param>
    /// <param name="truth">What is true, of the same size.</param>
    /// <param name="spacing">Millimetres a voxel, positive and finite.</param>
    /// <param name="toleranceMillimetres">Tolerance of surface Dice, in millimetres, inclusive; 0 or more.</param>
    /// <exception cref="ArgumentException">The sizes differ, or spacing or tolerance are out of range.</exception>
    public static VolumeScores Measure(BinaryVolume predicted, BinaryVolume truth, VoxelSpacing spacing, double toleranceMillimetres)
    {
        SurfaceMetrics.RequireTolerance(toleranceMillimetres);
        var distances = SurfaceDistances.Between(predicted, truth, spacing);
        bool areAlike = predicted.Count == truth.Count;
        return new VolumeScores(
            OverlapMetrics.Dice(predicted, truth),
            OverlapMetrics.IntersectionOverUnion(predicted, truth),
            SurfaceMetrics.ShareWithin(distances, areAlike, toleranceMillimetres),
            SurfaceMetrics.LargerPercentile(distances, areAlike),
            SurfaceMetrics.Average(distances, areAlike));
    }
}
