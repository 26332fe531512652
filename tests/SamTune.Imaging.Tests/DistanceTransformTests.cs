using CsCheck;

namespace SamTune.Imaging.Tests;

public sealed class DistanceTransformTests
{
    [Fact]
    public void Distances_equal_those_of_comparing_every_pair()
        => Masks.Any(maximumSide: 12).Select(Gen.Double[0.1, 5], Gen.Double[0.1, 5]).Sample((mask, spacingY, spacingX) =>
        {
            var spacing = new PixelSpacing(spacingY, spacingX);
            double[] distances = DistanceTransform.ToForeground(mask, spacing);
            for (int i = 0; i < distances.Length; i++)
            {
                double expected = NearestByComparing(mask, spacing, i);
                if (double.IsInfinity(expected))
                    Assert.Equal(expected, distances[i]);
                else
                    Assert.Equal(expected, distances[i], 1e-9 * (1 + expected));
            }
        });

    [Fact]
    public void An_empty_mask_is_infinitely_far()
        => Assert.All(
            DistanceTransform.ToForeground(new BinaryMask(new ImageSize(3, 4), new byte[12]), PixelSpacing.Unit),
            d => Assert.Equal(double.PositiveInfinity, d));

    [Fact]
    public void A_full_picture_is_deepest_in_the_middle_because_its_edge_counts_as_outside()
    {
        var mask = new BinaryMask(new ImageSize(5, 7), [.. Enumerable.Repeat((byte)1, 35)]);

        double[] depth = DistanceTransform.Depth(mask, PixelSpacing.Unit);

        Assert.Equal(1, depth[0]);
        Assert.Equal(3, depth[2 * 7 + 3]);
        Assert.Equal((2, 2), DistanceTransform.DeepestPixel(mask, PixelSpacing.Unit));
    }

    [Fact]
    public void The_deepest_pixel_respects_the_spacing()
    {
        // 3 rows x 9 columns of object; with rows 10 mm apart only columns limit the depth.
        var mask = new BinaryMask(new ImageSize(3, 9), [.. Enumerable.Repeat((byte)1, 27)]);

        Assert.Equal((4, 0), DistanceTransform.DeepestPixel(mask, new PixelSpacing(10, 1)));
    }

    [Fact]
    public void A_spacing_that_is_no_positive_number_is_refused()
    {
        var mask = new BinaryMask(new ImageSize(1, 1), [1]);

        Assert.Throws<ArgumentOutOfRangeException>(() => DistanceTransform.ToForeground(mask, new PixelSpacing(0, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => DistanceTransform.ToForeground(mask, new PixelSpacing(1, double.NaN)));
    }

    private static double NearestByComparing(BinaryMask mask, PixelSpacing spacing, int index)
    {
        int width = mask.Size.Width;
        double best = double.PositiveInfinity;
        for (int i = 0; i < mask.Pixels.Length; i++)
        {
            if (mask.Pixels[i] == 0)
                continue;
            double dy = ((i / width) - (index / width)) * spacing.Y;
            double dx = ((i % width) - (index % width)) * spacing.X;
            best = Math.Min(best, Math.Sqrt((dy * dy) + (dx * dx)));
        }

        return best;
    }
}
