using CsCheck;
using SamTune.Evaluation.Metrics;
using SamTune.Imaging;

namespace SamTune.Evaluation.Tests.Metrics;

public class OverlapMetricsTests
{
    [Fact]
    public void Values_equal_those_counted_by_hand()
    {
        BinaryMask first = Masks.Draw("##..", "##..", "....");
        BinaryMask second = Masks.Draw(".##.", ".##.", ".##.");

        // 4 and 6 pixels, 2 shared.
        Assert.Equal(2.0 * 2 / 10, OverlapMetrics.Dice(first, second), 15);
        Assert.Equal(2.0 / 8, OverlapMetrics.IntersectionOverUnion(first, second), 15);
    }

    [Fact]
    public void Two_empty_masks_agree_and_one_empty_mask_scores_zero()
    {
        BinaryMask empty = Masks.Empty(3, 4);
        BinaryMask some = Masks.Draw("#...", "....", "....");
        Assert.Equal(1, OverlapMetrics.Dice(empty, empty));
        Assert.Equal(1, OverlapMetrics.IntersectionOverUnion(empty, empty));
        Assert.Equal(0, OverlapMetrics.Dice(empty, some));
        Assert.Equal(0, OverlapMetrics.Dice(some, empty));
        Assert.Equal(0, OverlapMetrics.IntersectionOverUnion(empty, some));
        Assert.Equal(0, OverlapMetrics.IntersectionOverUnion(some, empty));
    }

    [Fact]
    public void Both_are_symmetric_lie_between_zero_and_one_and_follow_one_from_the_other() => Masks.Pairs.Sample(pair =>
    {
        double dice = OverlapMetrics.Dice(pair.First, pair.Second);
        double iou = OverlapMetrics.IntersectionOverUnion(pair.First, pair.Second);
        Assert.Equal(dice, OverlapMetrics.Dice(pair.Second, pair.First));
        Assert.Equal(iou, OverlapMetrics.IntersectionOverUnion(pair.Second, pair.First));
        Assert.InRange(dice, 0, 1);
        Assert.Equal(dice, 2 * iou / (1 + iou), 12);
        Assert.Equal(1, OverlapMetrics.Dice(pair.First, pair.First));
        Assert.Equal(1, OverlapMetrics.IntersectionOverUnion(pair.First, pair.First));
    });

    [Fact]
    public void Masks_of_different_sizes_are_refused_even_with_as_many_pixels()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => OverlapMetrics.Dice(Masks.Empty(3, 4), Masks.Empty(4, 3)));
        Assert.Contains("4x3", error.Message, StringComparison.Ordinal);
        Assert.Contains("3x4", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => OverlapMetrics.IntersectionOverUnion(Masks.Empty(3, 4), Masks.Empty(4, 3)));
    }
}
