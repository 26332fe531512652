namespace SamTune.Imaging.Tests;

public sealed class PillowResizeTests
{
    [Fact]
    public void Enlarging_equals_Pillow_to_the_bit()
    {
        RgbImage result = PillowResize.Bilinear(GoldenTensors.ReadImage("image_u8", 96, 120), new ImageSize(102, 128));

        Assert.Equal(GoldenTensors.ReadImage("resized_pil", 102, 128).Pixels, result.Pixels);
    }

    [Fact]
    public void Shrinking_equals_Pillow_to_the_bit()
    {
        RgbImage result = PillowResize.Bilinear(GoldenTensors.ReadImage("image_u8", 96, 120), new ImageSize(51, 64));

        Assert.Equal(GoldenTensors.ReadImage("resized64_pil", 51, 64).Pixels, result.Pixels);
    }

    [Fact]
    public void The_same_size_changes_nothing()
    {
        RgbImage image = GoldenTensors.ReadImage("image_u8", 96, 120);

        Assert.Same(image, PillowResize.Bilinear(image, image.Size));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 500)]
    [InlineData(500, 1)]
    [InlineData(3, 1000)]
    [InlineData(333, 7)]
    public void A_constant_picture_stays_constant_at_any_size(int height, int width)
    {
        var pixels = new byte[37 * 53 * 3];
        Array.Fill(pixels, (byte)201);

        RgbImage result = PillowResize.Bilinear(new RgbImage(new ImageSize(37, 53), pixels), new ImageSize(height, width));

        Assert.Equal(new ImageSize(height, width), result.Size);
        Assert.All(result.Pixels, p => Assert.Equal(201, p));
    }

    [Fact]
    public void Channels_do_not_mix()
    {
        var random = new Random(4);
        var size = new ImageSize(40, 61);
        var pixels = new byte[size.PixelCount * 3];
        random.NextBytes(pixels);
        byte[] red = [.. pixels.Select((p, i) => i % 3 == 0 ? p : (byte)0)];

        RgbImage whole = PillowResize.Bilinear(new RgbImage(size, pixels), new ImageSize(23, 97));
        RgbImage onlyRed = PillowResize.Bilinear(new RgbImage(size, red), new ImageSize(23, 97));

        Assert.Equal(whole.Pixels.Select((p, i) => i % 3 == 0 ? p : (byte)0), onlyRed.Pixels);
    }

    [Fact]
    public void An_empty_target_is_refused()
    {
        RgbImage image = GoldenTensors.ReadImage("image_u8", 96, 120);

        Assert.Throws<ArgumentOutOfRangeException>(() => PillowResize.Bilinear(image, new ImageSize(0, 4)));
    }
}
