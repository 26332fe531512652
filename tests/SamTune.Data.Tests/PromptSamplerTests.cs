using CsCheck;
using SamTune.Data.Prompts;
using SamTune.Imaging;

namespace SamTune.Data.Tests;

public sealed class PromptSamplerTests
{
    private static readonly Gen<BinaryMask> Masks = Gen.Select(Gen.Int[1, 30], Gen.Int[1, 30], Gen.Double[0, 1]).SelectMany((height, width, share)
        => Gen.Double[0, 1].Array[height * width].Select(noise => new BinaryMask(new ImageSize(height, width), [.. noise.Select(n => n < share ? (byte)1 : (byte)0)])));

    private static readonly Gen<BinaryMask> FilledMasks = Masks.Where(m => m.Area > 0);

    [Fact]
    public void The_same_seed_gives_the_same_prompt()
        => FilledMasks.Select(Gen.Int).Sample((mask, seed) =>
        {
            foreach (PromptKind kind in Enum.GetValues<PromptKind>())
            {
                PromptSet a = PromptSampler.Create(kind, mask, new Random(seed)), b = PromptSampler.Create(kind, mask, new Random(seed));
                Assert.Equal(a.Box, b.Box);
                Assert.Equal(a.Points, b.Points);
            }
        });

    [Fact]
    public void Kinds_give_what_they_are_called()
        => FilledMasks.Select(Gen.Int).Sample((mask, seed) =>
        {
            var random = new Random(seed);
            Assert.Equal(PromptSet.None, PromptSampler.Create(PromptKind.None, mask, random));
            Assert.NotNull(PromptSampler.Create(PromptKind.Box, mask, random).Box);
            Assert.Single(PromptSampler.Create(PromptKind.Point, mask, random).Points);
            PromptSet both = PromptSampler.Create(PromptKind.BoxAndPoints, mask, random);
            Assert.NotNull(both.Box);
            Assert.InRange(both.Points.Count, 1, 5);
            Assert.All(both.Points, p => Assert.Equal(p.IsForeground, mask[(int)p.Y, (int)p.X]));
        });

    [Fact]
    public void Jittered_boxes_stay_near_and_inside_the_picture()
        => FilledMasks.Select(Gen.Int).Sample((mask, seed) =>
        {
            BoundingBox tight = PromptSampler.TightBox(mask), box = PromptSampler.JitteredBox(mask, new Random(seed));
            Assert.True(box.X0 <= box.X1 && box.Y0 <= box.Y1);
            Assert.InRange(box.X0, 0, mask.Size.Width - 1);
            Assert.InRange(box.Y1, 0, mask.Size.Height - 1);
            Assert.InRange(box.X0, tight.X0 - 20, tight.X1 + 20);
        });

    [Fact]
    public void Box_errors_have_a_tenth_of_the_side_as_standard_deviation_and_at_most_20_pixels()
    {
        BoundingBox small = new(150, 150, 249, 209), large = new(500, 500, 1499, 1499);
        var picture = new ImageSize(2000, 2000);
        var random = new Random(3);
        double[] errors = [.. Enumerable.Range(0, 4000).Select(_ => (double)PromptSampler.JitteredBox(small, picture, random).X0 - 150)];
        double[] largeErrors = [.. Enumerable.Range(0, 300).Select(_ => (double)PromptSampler.JitteredBox(large, picture, random).Y1 - 1499)];

        Assert.Equal(0, errors.Average(), 0.6);
        Assert.InRange(Math.Sqrt(errors.Select(e => e * e).Average()), 9.2, 10.5);
        Assert.All(largeErrors, e => Assert.InRange(e, -20, 20));
        Assert.Contains(largeErrors, e => e == 20);
    }

    [Fact]
    public void A_loose_box_grows_by_a_share_of_its_sides()
    {
        BinaryMask mask = Block(new ImageSize(200, 200), 50, 60, 100, 40);

        Assert.Equal(new BoundingBox(50, 60, 149, 99), PromptSampler.LooseBox(mask, 0));
        Assert.Equal(new BoundingBox(40, 56, 159, 103), PromptSampler.LooseBox(mask, 0.2));
        Assert.Equal(new BoundingBox(0, 0, 199, 199), PromptSampler.LooseBox(mask, 9));
    }

    [Fact]
    public void The_centre_is_the_pixel_farthest_from_the_border()
        => Assert.Equal(new PointPrompt(15, 12, IsForeground: true), PromptSampler.CentrePoint(Block(new ImageSize(40, 40), 10, 7, 11, 11)));

    [Fact]
    public void Every_pixel_of_the_object_is_clicked_equally_often()
    {
        BinaryMask mask = Block(new ImageSize(10, 10), 2, 3, 4, 5);
        var random = new Random(1);
        Dictionary<PointPrompt, int> counts = Enumerable.Range(0, 20_000).Select(_ => PromptSampler.RandomForeground(mask, random)).CountBy(p => p).ToDictionary();

        Assert.Equal(20, counts.Count);
        Assert.All(counts.Values, c => Assert.InRange(c, 850, 1150));
    }

    [Fact]
    public void Background_clicks_fall_beside_the_object_and_there_are_none_on_a_full_picture()
    {
        BinaryMask mask = Block(new ImageSize(100, 100), 40, 40, 10, 10);
        var random = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            PointPrompt point = PromptSampler.RandomBackground(mask, random)!.Value;
            Assert.False(point.IsForeground);
            Assert.InRange(point.X, 35, 54);
            Assert.False(mask[(int)point.Y, (int)point.X]);
        }

        Assert.Null(PromptSampler.RandomBackground(Block(new ImageSize(4, 4), 0, 0, 4, 4), random));
        Assert.NotNull(PromptSampler.RandomBackground(Block(new ImageSize(4, 4), 0, 0, 0, 0), random));
    }

    [Fact]
    public void A_corrective_click_goes_to_the_middle_of_the_largest_error()
    {
        BinaryMask truth = Block(new ImageSize(40, 40), 10, 10, 20, 20);

        Assert.Equal(PromptSampler.CentrePoint(truth), PromptSampler.CorrectiveClick(truth, Block(truth.Size, 0, 0, 0, 0)));
        Assert.Equal(new PointPrompt(34, 14, IsForeground: false), PromptSampler.CorrectiveClick(truth, Block(truth.Size, 10, 10, 29, 20)));
        Assert.Null(PromptSampler.CorrectiveClick(truth, truth));
        Assert.Null(PromptSampler.RandomCorrectiveClick(truth, truth, new Random(0)));
    }

    [Fact]
    public void Random_corrections_click_wrong_pixels_and_say_what_they_should_be()
        => Gen.Select(FilledMasks, Gen.Int).Sample((truth, seed) =>
        {
            var random = new Random(seed);
            var prediction = new BinaryMask(truth.Size, [.. truth.Pixels.Select(_ => (byte)random.Next(2))]);
            if (PromptSampler.RandomCorrectiveClick(truth, prediction, random) is PointPrompt click)
            {
                Assert.NotEqual(truth[(int)click.Y, (int)click.X], prediction[(int)click.Y, (int)click.X]);
                Assert.Equal(truth[(int)click.Y, (int)click.X], click.IsForeground);
            }

            if (PromptSampler.CorrectiveClick(truth, prediction) is PointPrompt central)
            {
                Assert.NotEqual(truth[(int)central.Y, (int)central.X], prediction[(int)central.Y, (int)central.X]);
                Assert.Equal(truth[(int)central.Y, (int)central.X], central.IsForeground);
            }
        });

    [Fact]
    public void Kinds_are_drawn_by_their_weights()
    {
        var mixture = new PromptMixture { None = 0, Box = 3, Point = 1, Points = 0, BoxAndPoints = 0 };
        var random = new Random(5);
        PromptKind[] drawn = [.. Enumerable.Range(0, 10_000).Select(_ => mixture.Draw(random))];

        Assert.Equal(0.75, drawn.Count(k => k == PromptKind.Box) / 10_000.0, 0.02);
        Assert.Equal(0.25, drawn.Count(k => k == PromptKind.Point) / 10_000.0, 0.02);
        foreach (PromptKind kind in Enum.GetValues<PromptKind>())
            Assert.Equal(kind, PromptMixture.Only(kind).Draw(random));
    }

    [Fact]
    public void Impossible_weights_and_options_are_refused()
    {
        Assert.Throws<InputException>(() => new PromptMixture { Box = -1 }.Validate());
        Assert.Throws<InputException>(() => new PromptMixture { None = 0, Box = 0, Point = 0, Points = 0, BoxAndPoints = 0 }.Validate());
        Assert.Throws<InputException>(() => new PromptSamplerOptions { MaximumForegroundPoints = 0 }.Validate());
        PromptMixture.Default.Validate();
        PromptSamplerOptions.Default.Validate();
    }

    [Fact]
    public void An_empty_mask_has_no_box_and_no_clicks()
    {
        BinaryMask empty = Block(new ImageSize(4, 4), 0, 0, 0, 0);

        Assert.Throws<ArgumentException>(() => PromptSampler.TightBox(empty));
        Assert.Throws<ArgumentException>(() => PromptSampler.CentrePoint(empty));
        Assert.Throws<ArgumentException>(() => PromptSampler.RandomForeground(empty, new Random(0)));
    }

    private static BinaryMask Block(ImageSize size, int left, int top, int width, int height)
    {
        var pixels = new byte[size.PixelCount];
        for (int y = top; y < top + height; y++)
            pixels.AsSpan(y * size.Width + left, width).Fill(1);
        return new BinaryMask(size, pixels);
    }
}
