using SamTune.Imaging;
using SamTune.Modeling.Preprocessing;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Modeling.Tests;

/// <summary>Pictures with bands beside red, green and blue on their way into the model.</summary>
public sealed class ExtraBandInputTests
{
    private static readonly BandStatistics s_nearInfrared = new(100, 50);

    [Theory]
    [InlineData(96, 128)]
    [InlineData(30, 50)]
    [InlineData(300, 200)]
    public void Colours_are_prepared_as_without_the_band_and_the_band_by_its_statistics(int height, int width)
    {
        using var scope = NewDisposeScope();
        var random = new Random(1);
        byte[] pixels = new byte[height * width * 3], band = new byte[height * width];
        random.NextBytes(pixels);
        random.NextBytes(band);
        var size = new ImageSize(height, width);
        var picture = new RgbImage(size, pixels) { ExtraBands = [band] };
        var colours = ImagePreprocessor.Prepare(new RgbImage(size, pixels), 128, CPU);
        var prepared = ImagePreprocessor.Prepare(picture, 128, CPU, [s_nearInfrared]);
        Assert.Equal([1L, 4, 128, 128], prepared.shape);
        Assert.Equal(TensorCopy.ToArray(colours), TensorCopy.ToArray(prepared.narrow(1, 0, 3)));
        Assert.Equal(TensorCopy.ToArray(colours), TensorCopy.ToArray(ImagePreprocessor.Prepare(picture, 128, CPU)));
        ImageSize resized = new InputFrame(size, 128).Resized;
        RgbImage grey = PillowResize.Bilinear(new RgbImage(size, [.. band.SelectMany(b => new[] { b, b, b })]), resized);
        float[] expected = [.. grey.Pixels.Where((_, i) => i % 3 == 0).Select(b => (b - 100f) / 50)];
        Near.Assert(tensor(expected, [resized.Height, resized.Width]), prepared[0, 3].narrow(0, 0, resized.Height).narrow(1, 0, resized.Width), 1e-6);
        Assert.Equal(0, prepared[0, 3].abs().sum().item<float>() - prepared[0, 3].narrow(0, 0, resized.Height).narrow(1, 0, resized.Width).abs().sum().item<float>(), 1e-2);
    }

    [Fact]
    public void A_picture_that_lacks_a_band_is_refused() => Assert.Contains(
        "0 band(s)", Assert.Throws<InputException>(() => ImagePreprocessor.Prepare(new RgbImage(new ImageSize(2, 2), new byte[12]), 32, CPU, [s_nearInfrared])).Message, StringComparison.Ordinal);

    [Fact]
    public void Statistics_are_those_of_all_samples()
    {
        BandStatistics found = BandStatistics.Of([new float[] { 1e4f + 1, 1e4f + 2 }, new float[] { 1e4f + 6 }]);
        Assert.Equal(1e4 + 3, found.Mean, 1e-9);
        Assert.Equal(Math.Sqrt(14.0 / 3), found.Deviation, 1e-9);
        Assert.Throws<ArgumentException>(() => BandStatistics.Of([]));
        Assert.Throws<ArgumentException>(() => BandStatistics.Of([new float[] { float.NaN }]));
    }
}
