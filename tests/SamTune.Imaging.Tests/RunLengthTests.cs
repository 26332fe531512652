using CsCheck;

namespace SamTune.Imaging.Tests;

public sealed class RunLengthTests
{
    // An example that is passed around with COCO tooling: a 9x10 mask in both of COCO's notations.
    private static readonly int[] ExampleCounts = [6, 1, 40, 4, 5, 4, 5, 4, 21];
    private const string ExampleText = "61X13mN000`0";
    private static readonly ImageSize ExampleSize = new(9, 10);

    [Fact]
    public void The_known_COCO_example_compresses_and_expands()
    {
        Assert.Equal(ExampleText, new RunLength(ExampleSize, ExampleCounts).ToCompressedString());
        Assert.Equal(ExampleCounts, RunLength.FromCompressedString(ExampleSize, ExampleText).Counts);
        Assert.Equal(13, RunLength.FromCompressedString(ExampleSize, ExampleText).Area);
    }

    [Fact]
    public void Runs_go_down_the_columns_and_start_with_background()
    {
        Assert.Equal([3, 3], RunLength.Encode(Masks.Draw("..#", ".##")).Counts);
        Assert.Equal([0, 2, 1, 1], RunLength.Encode(Masks.Draw("#.", "##")).Counts);
    }

    [Fact]
    public void Any_mask_comes_back_from_both_notations()
        => Masks.Any(maximumSide: 40).Sample(mask =>
        {
            RunLength encoded = RunLength.Encode(mask);
            RunLength expanded = RunLength.FromCompressedString(mask.Size, encoded.ToCompressedString());
            Assert.Equal(encoded.Counts, expanded.Counts);
            Assert.Equal(mask.Pixels, expanded.Decode().Pixels);
            Assert.Equal(mask.Area, encoded.Area);
        });

    [Fact]
    public void Large_counts_survive_compression()
    {
        var size = new ImageSize(20_000, 30_000);
        var runs = new RunLength(size, [500_000_000, 1, 99_999_998, 1]);

        Assert.Equal(runs.Counts, RunLength.FromCompressedString(size, runs.ToCompressedString()).Counts);
    }

    [Fact]
    public void Counts_that_do_not_cover_the_picture_are_refused()
    {
        Assert.Contains("cover 5", Assert.Throws<InputException>(() => new RunLength(new ImageSize(2, 2), [2, 3])).Message);
        Assert.Contains("count 1 is -1", Assert.Throws<InputException>(() => new RunLength(new ImageSize(2, 2), [5, -1])).Message);
        Assert.Throws<InputException>(() => RunLength.FromCompressedString(ExampleSize, ExampleText[..^2]));
    }

    [Theory]
    [InlineData("\u0001")]
    [InlineData("X")]
    [InlineData("~~~~~~~~~~~~~~~~")]
    [InlineData("oooooooooooooooo0")]
    public void Damaged_text_is_refused(string text)
        => Assert.Throws<InputException>(() => RunLength.FromCompressedString(ExampleSize, text));
}
