using CsCheck;
using SamTune.Data.Augmentation;
using SamTune.Data.Datasets;
using SamTune.Imaging;

namespace SamTune.Data.Tests.Augmentation;

public sealed class AugmenterTests
{
    private static readonly AugmentationSpec Everything = new()
    {
        RotationDegrees = 40,
        MinimumCropArea = 0.6,
        FlipHorizontally = 0.5,
        FlipVertically = 0.5,
        ElasticDeviation = 0.03,
        Brightness = 0.3,
        Contrast = 0.3,
        Saturation = 0.3,
        Gamma = 0.5,
        BlurSigma = 1.5,
        NoiseDeviation = 10,
    };

    /// <summary>Each geometric change alone, and all together.</summary>
    public static TheoryData<string> GeometricChanges => ["rotation", "crop", "horizontal", "vertical", "elastic", "all", "medical", "satellite", "few-shot"];

    [Theory]
    [MemberData(nameof(GeometricChanges))]
    public void The_picture_and_its_masks_go_through_the_same_map(string change)
    {
        AugmentationSpec spec = Geometric(change);
        Gen.Select(Gen.Int[24, 48], Gen.Int[24, 48], Gen.Int).Sample((height, width, seed) =>
        {
            Sample moved = Augmenter.Apply(Drawn(new ImageSize(height, width), new Random(seed)), spec, new Random(seed));
            int decided = PixelsThatAgree(moved);
            Assert.True(decided >= 0.6 * moved.Objects.Count * height * width, $"{decided} of {moved.Objects.Count} x {height * width}");
        }, iter: 30);
    }

    [Fact]
    public void A_picture_painted_from_its_masks_stays_painted_by_them_under_any_geometric_setting()
    {
        Gen<AugmentationSpec> specs =
            from rotation in Gen.Double[0, 180]
            from crop in Gen.Double[0.05, 1]
            from flips in Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1])
            from elastic in Gen.Double[0, 0.1]
            select new AugmentationSpec
            {
                RotationDegrees = rotation,
                MinimumCropArea = crop,
                FlipHorizontally = flips.Item1,
                FlipVertically = flips.Item2,
                ElasticDeviation = elastic,
            };
        Gen.Select(specs, Gen.Int).Sample((spec, seed) =>
        {
            spec.Validate();
            PixelsThatAgree(Augmenter.Apply(Drawn(new ImageSize(31, 43), new Random(seed)), spec, new Random(seed)));
        }, iter: 100);
    }

    // Between 0 and 255 the picture was interpolated across the object's border; everywhere else picture and mask must say the same.
    private static int PixelsThatAgree(Sample moved)
    {
        int decided = 0;
        foreach (ObjectMask item in moved.Objects)
        {
            for (int i = 0; i < item.Mask.Pixels.Length; i++)
            {
                byte value = moved.Image.Pixels[3 * i + item.ClassId];
                if (value is 0 or 255)
                {
                    decided++;
                    Assert.Equal(value == 255, item.Mask.Pixels[i] != 0);
                }
            }
        }

        return decided;
    }

    [Fact]
    public void The_same_seed_gives_the_same_pixels_and_another_seed_others()
        // A generator takes a seed without its sign, and the lowest number as the highest.
        => Gen.Int[0, int.MaxValue - 1].Sample(seed =>
        {
            Sample sample = Drawn(new ImageSize(30, 40), new Random(seed));
            Sample first = Augmenter.Apply(sample, Everything, new Random(seed)), second = Augmenter.Apply(sample, Everything, new Random(seed));
            Assert.Equal(first.Image.Pixels, second.Image.Pixels);
            Assert.Equal(first.Objects.Select(o => o.Mask.Pixels), second.Objects.Select(o => o.Mask.Pixels));
            Assert.NotEqual(first.Image.Pixels, Augmenter.Apply(sample, Everything, new Random(seed + 1)).Image.Pixels);
        }, iter: 30);

    [Fact]
    public void Pictures_are_varied_alike_on_many_threads_at_once()
    {
        Sample sample = Drawn(new ImageSize(30, 40), new Random(1));
        byte[][] alone = [.. Enumerable.Range(0, 32).Select(seed => Augmenter.Apply(sample, Everything, new Random(seed)).Image.Pixels)];
        byte[][] together = [.. Enumerable.Range(0, 32).AsParallel().AsOrdered().Select(seed => Augmenter.Apply(sample, Everything, new Random(seed)).Image.Pixels)];
        Assert.Equal(alone, together);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    public void Flips_exchange_pixels_exactly(int horizontally, int vertically)
    {
        var size = new ImageSize(21, 34);
        Sample sample = Drawn(size, new Random(3)), flipped = Augmenter.Apply(
            sample, new AugmentationSpec { FlipHorizontally = horizontally, FlipVertically = vertically }, new Random(1));
        for (int y = 0; y < size.Height; y++)
        {
            for (int x = 0; x < size.Width; x++)
            {
                int from = (vertically == 1 ? size.Height - 1 - y : y) * size.Width + (horizontally == 1 ? size.Width - 1 - x : x), to = y * size.Width + x;
                Assert.Equal(sample.Image.Pixels.AsSpan(3 * from, 3), flipped.Image.Pixels.AsSpan(3 * to, 3));
                Assert.All(sample.Objects.Zip(flipped.Objects), pair => Assert.Equal(pair.First.Mask.Pixels[from], pair.Second.Mask.Pixels[to]));
            }
        }
    }

    [Fact]
    public void A_rotation_by_nothing_and_a_crop_of_everything_are_the_identity_bit_for_bit()
        => Gen.Select(Gen.Int[5, 40], Gen.Int[5, 40], Gen.Int).Sample((height, width, seed) =>
        {
            Sample sample = Drawn(new ImageSize(height, width), new Random(seed)) with { Spacing = new PixelSpacing(0.5, 0.7) };
            Sample same = Augmenter.Apply(sample, AugmentationSpec.None, new Random(seed));
            Assert.Same(sample.Image, same.Image);

            // The same through the map: only a flip that is never drawn makes it geometric.
            GeometricMap map = GeometricMap.Draw(new AugmentationSpec { FlipHorizontally = double.Epsilon }, sample.Image.Size, new Random(seed));
            Assert.True(map.KeepsDistances);
            Assert.Equal(sample.Image.Pixels, map.Apply(sample.Image).Pixels);
            Assert.All(sample.Objects, o => Assert.Equal(o.Mask.Pixels, map.Apply(o.Mask).Pixels));
        }, iter: 30);

    [Fact]
    public void Objects_that_leave_the_picture_are_dropped_and_the_others_keep_their_class()
    {
        var size = new ImageSize(40, 40);
        byte[] corner = new byte[1600], centre = new byte[1600];
        corner[0] = 1;
        centre.AsSpan(20 * 40 + 15, 10).Fill(1);
        var sample = new Sample(
            new SampleInfo("a", "a"), new RgbImage(size, new byte[4800]), [new ObjectMask(7, new BinaryMask(size, corner)), new ObjectMask(9, new BinaryMask(size, centre))],
            new PixelSpacing(1, 1));
        Sample[] turned = [.. Enumerable.Range(0, 20).Select(seed => Augmenter.Apply(sample, new AugmentationSpec { RotationDegrees = 45 }, new Random(seed)))];
        Assert.Contains(turned, t => t.Objects.Count == 1);
        Assert.All(turned, t => Assert.Contains(t.Objects, o => o.ClassId == 9));
        Assert.All(turned, t => Assert.All(t.Objects, o => Assert.True(o.Mask.Area > 0)));
        Assert.All(turned, t => Assert.Null(t.Spacing));
    }

    /// <summary>Each change of light alone.</summary>
    public static TheoryData<string> LightChanges => ["brightness", "contrast", "saturation", "gamma", "blur", "noise"];

    [Theory]
    [MemberData(nameof(LightChanges))]
    public void Light_and_colour_leave_masks_alone_and_a_grey_picture_grey(string change)
    {
        AugmentationSpec light = Light(change);
        byte[] grey = [.. Enumerable.Range(0, 600).SelectMany(i => Enumerable.Repeat((byte)(40 + i * 37 % 150), 3))];
        int changes = 0, colourChanges = 0;
        for (int seed = 0; seed < 10; seed++)
        {
            Sample sample = Drawn(new ImageSize(20, 30), new Random(seed));
            Sample changed = Augmenter.Apply(sample with { Image = new RgbImage(sample.Image.Size, grey) }, light, new Random(seed));
            Assert.Same(sample.Objects, changed.Objects);
            Assert.All(changed.Image.Pixels.Chunk(3), p => Assert.InRange(p.Max() - p.Min(), 0, 1));
            changes += changed.Image.Pixels.SequenceEqual(grey) ? 0 : 1;
            colourChanges += Augmenter.Apply(sample, light, new Random(seed)).Image.Pixels.SequenceEqual(sample.Image.Pixels) ? 0 : 1;
        }

        // A small draw may change no level; most change many.
        Assert.Equal(change != "saturation", changes > 5);
        Assert.True(colourChanges > 5, $"{colourChanges}");
    }

    [Fact]
    public void Light_and_colour_follow_their_formulas()
    {
        var size = new ImageSize(1, 2);
        var image = new RgbImage(size, [100, 100, 100, 200, 200, 200]);
        byte[] Of(PhotometricChange change) => change.Apply(image, new Random(1)).Pixels;
        var same = new PhotometricChange(1, 1, 1, 1, 0, 0);
        Assert.Equal([120, 120, 120, 240, 240, 240], Of(same with { Brightness = 1.2 }));
        Assert.Equal([125, 125, 125, 175, 175, 175], Of(same with { Contrast = 0.5 }));
        Assert.Equal([39, 39, 39, 157, 157, 157], Of(same with { Exponent = 2 }));
        var red = new RgbImage(new ImageSize(1, 1), [200, 0, 0]);
        Assert.Equal([60, 60, 60], (same with { Saturation = 0 }).Apply(red, new Random(1)).Pixels);
    }

    [Fact]
    public void A_blur_keeps_the_sum_and_a_flat_picture()
    {
        var samples = new float[41 * 41 * 3];
        samples[3 * (20 * 41 + 20)] = 1000;
        float[] blurred = GaussianBlur.Apply(samples, new ImageSize(41, 41), 2);
        Assert.Equal(1000, blurred.Sum(), 1e-2);
        // The peak of a normal density in two dimensions.
        Assert.Equal(1000 / (2 * Math.PI * 4), blurred[3 * (20 * 41 + 20)], 0.3);
        Array.Fill(samples, 77);
        Assert.All(GaussianBlur.Apply(samples, new ImageSize(41, 41), 2), v => Assert.Equal(77, v, 1e-3));
    }

    private static AugmentationSpec Geometric(string change) => change switch
    {
        "rotation" => new AugmentationSpec { RotationDegrees = 180 },
        "crop" => new AugmentationSpec { MinimumCropArea = 0.4 },
        "horizontal" => new AugmentationSpec { FlipHorizontally = 1 },
        "vertical" => new AugmentationSpec { FlipVertically = 1 },
        "elastic" => new AugmentationSpec { ElasticDeviation = 0.03 },
        "all" => WithoutLight(Everything),
        _ => WithoutLight(AugmentationSpec.Presets[change]),
    };

    private static AugmentationSpec Light(string change) => change switch
    {
        "brightness" => new AugmentationSpec { Brightness = 0.3 },
        "contrast" => new AugmentationSpec { Contrast = 0.3 },
        "saturation" => new AugmentationSpec { Saturation = 0.3 },
        "gamma" => new AugmentationSpec { Gamma = 0.5 },
        "blur" => new AugmentationSpec { BlurSigma = 2 },
        _ => new AugmentationSpec { NoiseDeviation = 10 },
    };

    private static AugmentationSpec WithoutLight(AugmentationSpec spec) =>
        spec with { Brightness = 0, Contrast = 0, Saturation = 0, Gamma = 0, BlurSigma = 0, NoiseDeviation = 0 };

    // Discs, each painted in a channel of its own: 255 where its mask is, 0 elsewhere. The class is the channel; the third has other values.
    private static Sample Drawn(ImageSize size, Random random)
    {
        byte[] pixels = [.. Enumerable.Range(0, (int)size.PixelCount).SelectMany(_ => new byte[] { 0, 0, (byte)(50 + random.Next(100)) })];
        var objects = new List<ObjectMask>();
        for (int channel = 0; channel < 2; channel++)
        {
            int radius = 2 + random.Next(size.Height / 4), cx = random.Next(size.Width), cy = random.Next(size.Height);
            byte[] mask = [.. Enumerable.Range(0, (int)size.PixelCount).Select(i =>
            {
                int dx = i % size.Width - cx, dy = i / size.Width - cy;
                return (byte)(dx * dx + dy * dy <= radius * radius ? 1 : 0);
            })];
            for (int i = 0; i < mask.Length; i++)
                pixels[3 * i + channel] = (byte)(255 * mask[i]);
            objects.Add(new ObjectMask(channel, new BinaryMask(size, mask)));
        }

        return new Sample(new SampleInfo("drawn", "drawn"), new RgbImage(size, pixels), objects, null);
    }
}
