using CsCheck;
using SamTune.Imaging;
using SamTune.Inference.Automatic;

namespace SamTune.Inference.Tests.Automatic;

public sealed class MaskRuleTests
{
    private static readonly Gen<BoundingBox> s_boxes =
        from x in Gen.Int[0, 30]
        from y in Gen.Int[0, 30]
        from width in Gen.Int[0, 20]
        from height in Gen.Int[0, 20]
        select new BoundingBox(x, y, x + width, y + height);

    [Fact]
    public void Suppression_keeps_what_removing_all_worse_overlaps_of_the_best_again_and_again_keeps() =>
        Gen.Select(Gen.Select(s_boxes, Gen.Int[0, 8]).Array[0, 25], Gen.Double[0, 1]).Sample((drawn, threshold) =>
        {
            BoundingBox[] boxes = [.. drawn.Select(d => d.Item1)];
            double[] scores = [.. drawn.Select(d => (double)d.Item2)];
            List<int> left = [.. Enumerable.Range(0, boxes.Length)], expected = [];
            while (left.Count > 0)
            {
                // Of equals the first.
                int best = left.MaxBy(i => (scores[i], -i));
                expected.Add(best);
                left.RemoveAll(i => i == best || Overlap(boxes[i], boxes[best]) > threshold);
            }

            Assert.Equal(expected, BoxSuppression.Keep(boxes, scores, threshold));
        });

    [Fact]
    public void Overlap_of_boxes_is_that_of_their_corners_as_points()
    {
        // 10 x 10 and 10 x 10, 5 x 10 shared.
        Assert.Equal(50.0 / 150, BoxSuppression.IntersectionOverUnion(new BoundingBox(0, 0, 10, 10), new BoundingBox(5, 0, 15, 10)), 12);
        Assert.Equal(0, BoxSuppression.IntersectionOverUnion(new BoundingBox(0, 0, 10, 10), new BoundingBox(10, 0, 20, 10)));
        Assert.Equal(0, BoxSuppression.IntersectionOverUnion(new BoundingBox(3, 3, 3, 3), new BoundingBox(3, 3, 3, 3)));
    }

    [Fact]
    public void Small_holes_are_filled_and_small_islands_removed_but_large_ones_stay()
    {
        BinaryMask mask = Draw(
            "########....",
            "#..#####..#.",
            "###....#....",
            "###....#.##.",
            "########.##.",
            "............");
        (BinaryMask cleaned, bool hadSmall) = RegionCleaning.Clean(mask, 4);
        Assert.True(hadSmall);
        // The hole of 2 pixels touches that of 8 at a corner, so by eight neighbours it is one hole of 10 and stays; the island of 1 goes, that of 4 stays.
        Assert.Equal(Lines(Draw(
            "########....",
            "#..#####....",
            "###....#....",
            "###....#.##.",
            "########.##.",
            "............")), Lines(cleaned));
        Assert.Equal(Lines(Draw(
            "########....",
            "########....",
            "########....",
            "########....",
            "########....",
            "............")), Lines(RegionCleaning.Clean(mask, 11).Mask));
    }

    [Fact]
    public void A_mask_of_small_islands_alone_keeps_its_largest_and_a_clean_mask_is_the_same_object()
    {
        BinaryMask islands = Draw("##......", "......##", "......##", "........", "........");
        Assert.Equal(Lines(Draw("........", "......##", "......##", "........", "........")), Lines(RegionCleaning.Clean(islands, 10).Mask));
        (BinaryMask same, bool hadSmall) = RegionCleaning.Clean(islands, 2);
        Assert.Same(islands, same);

        // As in the reference a lone small island stays, but counts as something small that was found.
        Assert.True(RegionCleaning.Clean(Draw("........", "..##....", "........"), 10).HadSmall);
        Assert.False(hadSmall);
    }

    [Theory]
    [InlineData(0.5f, 0.6)]
    [InlineData(1f, 0.4)]
    [InlineData(0f, 1)]
    [InlineData(9f, 0)]
    public void Stability_is_the_share_of_the_mask_at_the_lower_threshold_that_the_higher_one_keeps(float offset, double expected)
    {
        var mask = new PredictedMask(new ImageSize(1, 8), [3, 2, 0.8f, -0.4f, -0.3f, -4, -8, -9], 1, []);
        // Above 0.5: 3, above -0.5: 5. Above 1: 2, above -1: 5. Above 0: 3 of 3. Above 9: none.
        Assert.Equal(expected, mask.Stability(offset), 6);
        Assert.Equal(0.4f, mask.StabilityScore);
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        AutomaticMaskOptions.Default.Validate();
        void Refused(AutomaticMaskOptions options, string name) => Assert.Contains(name, Assert.Throws<InputException>(options.Validate).Message, StringComparison.Ordinal);
        Refused(new() { PointsPerSide = 0 }, "points per side");
        Refused(new() { PointsPerBatch = 0 }, "points per batch");
        Refused(new() { PredictedIouThreshold = double.NaN }, "predicted IoU");
        Refused(new() { StabilityThreshold = 1.1 }, "stability");
        Refused(new() { CropLayers = -1 }, "crop layers");
        Refused(new() { CropOverlap = 1 }, "crop overlap");
        Refused(new() { PointsPerSide = 3, CropLayers = 2, CropPointsDownscale = 2 }, "crop points downscale");
        Refused(new() { MinimumRegionArea = -1 }, "minimum region area");
    }

    private static double Overlap(BoundingBox a, BoundingBox b)
    {
        // Boxes have whole corners here: count unit squares.
        static HashSet<(int, int)> Squares(BoundingBox box) =>
            [.. from x in Enumerable.Range((int)box.X0, (int)(box.X1 - box.X0)) from y in Enumerable.Range((int)box.Y0, (int)(box.Y1 - box.Y0)) select (x, y)];
        HashSet<(int, int)> first = Squares(a), second = Squares(b);
        int shared = first.Count(second.Contains), union = first.Count + second.Count - shared;
        return union == 0 ? 0 : (double)shared / union;
    }

    private static BinaryMask Draw(params string[] rows) =>
        new(new ImageSize(rows.Length, rows[0].Length), [.. string.Concat(rows).Select(c => c == '#' ? (byte)1 : (byte)0)]);

    private static string[] Lines(BinaryMask mask) =>
        [.. Enumerable.Range(0, mask.Size.Height).Select(y => string.Concat(Enumerable.Range(0, mask.Size.Width).Select(x => mask[y, x] ? '#' : '.')))];
}
