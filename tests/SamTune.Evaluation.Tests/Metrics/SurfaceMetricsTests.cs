using CsCheck;
using SamTune.Evaluation.Metrics;
using SamTune.Imaging;

namespace SamTune.Evaluation.Tests.Metrics;

public class SurfaceMetricsTests
{
    private static readonly PixelSpacing _anisotropic = new(Y: 3, X: 0.5);
    private static readonly ImageSize _size = new(40, 60);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    public void A_shift_by_k_columns_is_k_column_spacings_of_HD95(int k)
    {
        BinaryMask square = Masks.Rectangle(_size, 10, 10, 20, 20);
        BinaryMask shifted = Masks.Rectangle(_size, 10, 10 + k, 20, 20);
        Assert.Equal(k * 0.5, SurfaceMetrics.HausdorffDistance95(square, shifted, _anisotropic), 12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_shift_by_k_rows_is_k_row_spacings_of_HD95(int k)
    {
        BinaryMask square = Masks.Rectangle(_size, 10, 10, 20, 20);
        BinaryMask shifted = Masks.Rectangle(_size, 10 + k, 10, 20, 20);
        Assert.Equal(k * 3, SurfaceMetrics.HausdorffDistance95(square, shifted, _anisotropic), 12);
    }

    [Fact]
    public void A_single_pixel_shifted_by_three_has_half_its_outline_within_two_pixels()
    {
        // Each outline is the four corners of its pixel: two lie 3 columns from the other outline, two lie 2.
        BinaryMask pixel = Masks.Rectangle(_size, 5, 5, 1, 1);
        BinaryMask shifted = Masks.Rectangle(_size, 5, 8, 1, 1);
        Assert.Equal(1.5, SurfaceMetrics.HausdorffDistance95(pixel, shifted, _anisotropic), 12);
        Assert.Equal(0, SurfaceMetrics.NormalizedSurfaceDice(pixel, shifted, _anisotropic, 0.9));
        Assert.Equal(0.5, SurfaceMetrics.NormalizedSurfaceDice(pixel, shifted, _anisotropic, 1.0), 12);
        Assert.Equal(1, SurfaceMetrics.NormalizedSurfaceDice(pixel, shifted, _anisotropic, 1.5), 12);
    }

    [Fact]
    public void Surface_Dice_of_a_shifted_rectangle_equals_the_lengths_added_by_hand()
    {
        // 4 rows by 6 columns, shifted by one column, tolerance 0. Corners that coincide are those of the top and bottom side from the
        // second on. Lengths in column spacings 0.5 and row spacings 3: side corners are half a diagonal long.
        BinaryMask rectangle = Masks.Rectangle(_size, 10, 10, 4, 6);
        BinaryMask shifted = Masks.Rectangle(_size, 10, 11, 4, 6);
        double half = Math.Sqrt(0.5 * 0.5 + 3 * 3) / 2;
        double outline = 2 * 5 * 0.5 + 2 * 3 * 3 + 4 * half;

        // Of the first outline: corners 1..5 of both sides are of length 0.5, corner 6 is half a diagonal. The second mirrors it.
        double shared = 2 * (5 * 0.5 + half);
        Assert.Equal(shared / outline, SurfaceMetrics.NormalizedSurfaceDice(rectangle, shifted, _anisotropic, 0), 12);
        Assert.Equal(1, SurfaceMetrics.NormalizedSurfaceDice(rectangle, shifted, _anisotropic, 0.5), 12);
    }

    [Fact]
    public void HD95_leaves_out_a_spike_of_less_than_five_percent_of_the_outline()
    {
        BinaryMask square = Masks.Rectangle(new ImageSize(120, 120), 10, 10, 80, 80);
        BinaryMask spiked = Masks.Rectangle(new ImageSize(120, 120), 10, 10, 80, 80);
        for (int x = 90; x < 93; x++)
        {
            spiked.Pixels[50 * 120 + x] = 1;
        }

        spiked = new BinaryMask(spiked.Size, spiked.Pixels);
        Assert.True(SurfaceMetrics.HausdorffDistance95(square, spiked, PixelSpacing.Unit) == 0);

        BinaryMask wide = Masks.Rectangle(new ImageSize(120, 120), 10, 10, 80, 83);
        Assert.Equal(3, SurfaceMetrics.HausdorffDistance95(square, wide, PixelSpacing.Unit), 12);
    }

    [Fact]
    public void The_border_of_the_picture_is_outline_too()
    {
        // Full picture against its left half: the right side lies 4 columns away.
        BinaryMask full = Masks.Rectangle(new ImageSize(8, 8), 0, 0, 8, 8);
        BinaryMask half = Masks.Rectangle(new ImageSize(8, 8), 0, 0, 8, 4);
        Assert.Equal(4, SurfaceMetrics.HausdorffDistance95(full, half, PixelSpacing.Unit), 12);
        Assert.Equal(1, SurfaceMetrics.NormalizedSurfaceDice(full, full, PixelSpacing.Unit, 0));
    }

    [Fact]
    public void Two_empty_masks_agree_and_one_empty_mask_is_infinitely_far()
    {
        BinaryMask empty = Masks.Empty(3, 4);
        BinaryMask some = Masks.Draw("#...", "....", "....");
        Assert.Equal(1, SurfaceMetrics.NormalizedSurfaceDice(empty, empty, PixelSpacing.Unit, 1));
        Assert.Equal(0, SurfaceMetrics.HausdorffDistance95(empty, empty, PixelSpacing.Unit));
        Assert.Equal(0, SurfaceMetrics.NormalizedSurfaceDice(empty, some, PixelSpacing.Unit, 100));
        Assert.Equal(0, SurfaceMetrics.NormalizedSurfaceDice(some, empty, PixelSpacing.Unit, 100));
        Assert.Equal(double.PositiveInfinity, SurfaceMetrics.HausdorffDistance95(empty, some, PixelSpacing.Unit));
        Assert.Equal(double.PositiveInfinity, SurfaceMetrics.HausdorffDistance95(some, empty, PixelSpacing.Unit));
    }

    [Fact]
    public void A_tolerance_met_by_arithmetic_is_met_in_floating_point()
    {
        // 3 x 0.1 is 0.30000000000000004.
        BinaryMask square = Masks.Rectangle(_size, 10, 10, 20, 20);
        BinaryMask shifted = Masks.Rectangle(_size, 10, 13, 20, 20);
        Assert.Equal(1, SurfaceMetrics.NormalizedSurfaceDice(square, shifted, new PixelSpacing(0.1, 0.1), 0.3), 12);
    }

    [Fact]
    public void Both_equal_the_definition_by_brute_force() =>
        Gen.Select(Masks.Pairs, Masks.Spacings, Gen.Double[0, 12]).Sample((pair, spacing, tolerance) =>
        {
            (double surfaceDice, double distance) = BruteForce.Measure(pair.First, pair.Second, spacing, tolerance);
            Assert.Equal(surfaceDice, SurfaceMetrics.NormalizedSurfaceDice(pair.First, pair.Second, spacing, tolerance), 1e-9);
            double measured = SurfaceMetrics.HausdorffDistance95(pair.First, pair.Second, spacing);
            Assert.True(
                distance == measured || Math.Abs(distance - measured) < 1e-9,
                $"brute force {distance}, measured {measured}");
        }, iter: 3000);

    [Fact]
    public void Both_are_symmetric_and_identity_gives_one_and_zero() =>
        Gen.Select(Masks.Pairs, Masks.Spacings).Sample((pair, spacing) =>
        {
            (BinaryMask a, BinaryMask b) = pair;
            Assert.Equal(
                SurfaceMetrics.NormalizedSurfaceDice(a, b, spacing, 1.3), SurfaceMetrics.NormalizedSurfaceDice(b, a, spacing, 1.3), 1e-12);
            Assert.Equal(SurfaceMetrics.HausdorffDistance95(a, b, spacing), SurfaceMetrics.HausdorffDistance95(b, a, spacing));
            Assert.Equal(1, SurfaceMetrics.NormalizedSurfaceDice(a, a, spacing, 0));
            Assert.Equal(0, SurfaceMetrics.HausdorffDistance95(a, a, spacing));
        });

    [Fact]
    public void HD95_grows_with_the_spacing_and_surface_Dice_keeps_when_spacing_and_tolerance_grow_together() =>
        Gen.Select(Masks.Pairs, Masks.Spacings).Sample((pair, spacing) =>
        {
            (BinaryMask a, BinaryMask b) = pair;
            var doubled = new PixelSpacing(2 * spacing.Y, 2 * spacing.X);
            Assert.Equal(2 * SurfaceMetrics.HausdorffDistance95(a, b, spacing), SurfaceMetrics.HausdorffDistance95(a, b, doubled), 1e-9);
            Assert.Equal(
                SurfaceMetrics.NormalizedSurfaceDice(a, b, spacing, 1), SurfaceMetrics.NormalizedSurfaceDice(a, b, doubled, 2), 1e-9);
        });

    [Fact]
    public void All_metrics_at_once_equal_each_alone() => Gen.Select(Masks.Pairs, Masks.Spacings).Sample((pair, spacing) =>
    {
        (BinaryMask a, BinaryMask b) = pair;
        var expected = new MaskScores(
            OverlapMetrics.Dice(a, b),
            OverlapMetrics.IntersectionOverUnion(a, b),
            SurfaceMetrics.NormalizedSurfaceDice(a, b, spacing, 2),
            SurfaceMetrics.HausdorffDistance95(a, b, spacing));
        Assert.Equal(expected, MaskScores.Measure(a, b, spacing, 2));
    });

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, -1, 1)]
    [InlineData(double.NaN, 1, 1)]
    [InlineData(1, double.PositiveInfinity, 1)]
    [InlineData(1, 1, -0.5)]
    [InlineData(1, 1, double.NaN)]
    public void Spacing_and_tolerance_out_of_range_are_refused(double y, double x, double tolerance)
    {
        BinaryMask mask = Masks.Draw("#");
        Assert.Throws<ArgumentException>(() => SurfaceMetrics.NormalizedSurfaceDice(mask, mask, new PixelSpacing(y, x), tolerance));
        Assert.Throws<ArgumentException>(() => MaskScores.Measure(mask, mask, new PixelSpacing(y, x), tolerance));
    }

    [Fact]
    public void Masks_of_different_sizes_are_refused() => Assert.Throws<ArgumentException>(
        () => SurfaceMetrics.HausdorffDistance95(Masks.Empty(3, 4), Masks.Empty(4, 3), PixelSpacing.Unit));
}
