using SamTune.Imaging;

namespace SamTune.Inference.Automatic;

/// <summary>Non-maximum suppression: of boxes that lie over each other the best remains.</summary>
internal static class BoxSuppression
{
    /// <summary>Goes through boxes by falling score, of equals in the order given, and drops each that overlaps one kept before by more than a threshold.</summary>
    /// <param name="boxes">The boxes.</param>
    /// <param name="scores">One a box.</param>
    /// <param name="threshold">Highest IoU that is no overlap.</param>
    /// <returns>Positions of the boxes that remain, by falling score.</returns>
    public static IReadOnlyList<int> Keep(IReadOnlyList<BoundingBox> boxes, IReadOnlyList<double> scores, double threshold)
    {
        List<int> kept = [];
        foreach (int candidate in Enumerable.Range(0, boxes.Count).OrderByDescending(i => scores[i]))
        {
            if (!kept.Exists(other => IntersectionOverUnion(boxes[candidate], boxes[other]) > threshold))
            {
                kept.Add(candidate);
            }
        }

        return kept;
    }

    /// <summary>
    /// Intersection over union of two boxes whose corners are taken as points, as the reference measures them: a box of one pixel has no area and overlaps nothing.
    /// </summary>
    public static double IntersectionOverUnion(BoundingBox first, BoundingBox second)
    {
        double width = Math.Min(first.X1, second.X1) - (double)Math.Max(first.X0, second.X0), height = Math.Min(first.Y1, second.Y1) - (double)Math.Max(first.Y0, second.Y0);
        double shared = Math.Max(0, width) * Math.Max(0, height);
        double union = Area(first) + Area(second) - shared;
        return union > 0 ? shared / union : 0;
    }

    private static double Area(BoundingBox box) => ((double)box.X1 - box.X0) * ((double)box.Y1 - box.Y0);
}
