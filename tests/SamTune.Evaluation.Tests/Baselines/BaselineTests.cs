using SamTune.Evaluation.Baselines;
using SamTune.Evaluation.Metrics;
using SamTune.Imaging;

namespace SamTune.Evaluation.Tests.Baselines;

public class BaselineTests
{
    [Fact]
    public void A_filled_box_covers_the_tight_box_and_nothing_else()
    {
        BinaryMask truth = Masks.Draw("......", ".#..#.", "..#...", "......");
        Assert.Equal(Masks.Draw("......", ".####.", ".####.", "......").Pixels, FilledBox.Predict(truth).Pixels);
        Assert.Equal(0, FilledBox.Predict(Masks.Empty(3, 3)).Area);
    }

    [Theory]
    [InlineData(200, 40)] // bright object
    [InlineData(40, 200)] // dark object
    public void Otsu_finds_an_object_of_two_levels_in_either_polarity(byte inside, byte outside)
    {
        BinaryMask truth = Masks.Draw("........", "..###...", ".#####..", "...#....", "........");
        RgbImage image = Gray(truth.Size, i => truth.Pixels[i] != 0 ? inside : outside);
        Assert.Equal(1, OverlapMetrics.Dice(truth, OtsuInBox.Predict(image, truth)));
    }

    [Fact]
    public void Otsu_splits_where_the_variance_between_the_classes_is_largest_by_hand()
    {
        // Levels 10, 20, 100, 110 once each: splitting after 20 gives 2 x 2 x 90^2, more than 1 x 3 x (66.7)^2 on either side.
        var truth = new BinaryMask(new ImageSize(1, 4), [1, 0, 0, 1]);
        byte[] levels = [110, 20, 10, 100];
        Assert.Equal([1, 0, 0, 1], OtsuInBox.Predict(Gray(truth.Size, i => levels[i]), truth).Pixels);
    }

    [Fact]
    public void Otsu_looks_at_nothing_outside_the_box()
    {
        BinaryMask truth = Masks.Draw("......", ".##...", ".#....", "......");
        RgbImage near = Gray(truth.Size, i => truth.Pixels[i] != 0 ? (byte)120 : (byte)100);
        BinaryMask box = FilledBox.Predict(truth);
        RgbImage far = Gray(truth.Size, i => box.Pixels[i] == 0 ? (byte)255 : near.Pixels[3 * i]);
        Assert.Equal(truth.Pixels, OtsuInBox.Predict(far, truth).Pixels);
    }

    [Fact]
    public void Otsu_of_a_single_level_is_the_box_and_of_an_empty_truth_is_empty()
    {
        BinaryMask truth = Masks.Draw("....", ".#..", "..#.", "....");
        RgbImage flat = Gray(truth.Size, _ => 7);
        Assert.Equal(FilledBox.Predict(truth).Pixels, OtsuInBox.Predict(flat, truth).Pixels);
        Assert.Equal(0, OtsuInBox.Predict(flat, Masks.Empty(4, 4)).Area);
    }

    [Fact]
    public void A_picture_of_another_size_is_refused() => Assert.Throws<ArgumentException>(
        () => OtsuInBox.Predict(Gray(new ImageSize(4, 5), _ => 0), Masks.Empty(5, 4)));

    [Fact]
    public void The_nearest_position_is_copied_and_a_tie_takes_the_earlier()
    {
        BinaryMask[] masks = [Masks.Draw("#.."), Masks.Draw(".#."), Masks.Draw("..#")];
        (double, BinaryMask)[] training = [(10, masks[0]), (20, masks[1]), (40, masks[2])];
        Assert.Same(masks[0], NearestTrainingMask.ByPosition(-5, training));
        Assert.Same(masks[1], NearestTrainingMask.ByPosition(24, training));
        Assert.Same(masks[1], NearestTrainingMask.ByPosition(30, training));
        Assert.Same(masks[0], NearestTrainingMask.ByPosition(15, training));
        Assert.Throws<ArgumentException>(() => NearestTrainingMask.ByPosition(0, []));
    }

    [Fact]
    public void The_most_alike_picture_is_copied_and_its_mask_brought_to_size()
    {
        var size = new ImageSize(48, 40);
        BinaryMask left = Masks.Rectangle(size, 0, 0, 48, 20), top = Masks.Rectangle(new ImageSize(96, 80), 0, 0, 48, 80);
        (RgbImage, BinaryMask)[] training = [(Picture(left), left), (Picture(top), top)];

        RgbImage asked = Picture(Masks.Rectangle(size, 0, 0, 22, 40));
        BinaryMask copied = NearestTrainingMask.ByAppearance(asked, training);
        Assert.Equal(Masks.Rectangle(size, 0, 0, 24, 40).Pixels, copied.Pixels);
        Assert.Same(left, NearestTrainingMask.ByAppearance(Picture(Masks.Rectangle(size, 0, 0, 48, 18)), training));
        Assert.Throws<ArgumentException>(() => NearestTrainingMask.ByAppearance(asked, []));
    }

    [Fact]
    public void Pictures_smaller_than_a_thumbnail_are_compared_too()
    {
        BinaryMask dark = Masks.Draw("#.", ".."), bright = Masks.Draw("..", ".#");
        (RgbImage, BinaryMask)[] training = [(Gray(dark.Size, _ => 10), dark), (Gray(bright.Size, _ => 240), bright)];
        Assert.Same(bright, NearestTrainingMask.ByAppearance(Gray(new ImageSize(2, 2), _ => 200), training));
    }

    private static RgbImage Picture(BinaryMask mask) => Gray(mask.Size, i => mask.Pixels[i] != 0 ? (byte)220 : (byte)30);

    private static RgbImage Gray(ImageSize size, Func<int, byte> level) =>
        new(size, [.. Enumerable.Range(0, (int)size.PixelCount).SelectMany(i => Enumerable.Repeat(level(i), 3))]);
}
