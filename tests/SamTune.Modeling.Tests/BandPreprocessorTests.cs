using SamTune.Imaging;
using SamTune.Modeling.Preprocessing;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Modeling.Tests;

public sealed class BandPreprocessorTests
{
    private static readonly BandStatistics s_nearInfrared = new(0.4, 0.2);

    [Fact]
    public void Colours_are_prepared_as_those_of_a_picture_and_bands_by_their_statistics()
    {
        using var scope = NewDisposeScope();
        var size = new ImageSize(96, 128);
        var random = new Random(1);
        var pixels = new byte[96 * 128 * 3];
        random.NextBytes(pixels);
        float[] near = [.. Enumerable.Range(0, 96 * 128).Select(_ => random.NextSingle())];
        float[] samples = [.. Enumerable.Range(0, 3).SelectMany(c => Enumerable.Range(0, 96 * 128).Select(i => pixels[3 * i + c] / 255f)), .. near];
        var prepared = BandPreprocessor.Prepare(samples, size, [s_nearInfrared], 128, CPU);
        Assert.Equal([1L, 4, 128, 128], prepared.shape);
        Near.Assert(ImagePreprocessor.Prepare(new RgbImage(size, pixels), 128, CPU), prepared.narrow(1, 0, 3), 1e-5);
        Near.Assert((tensor(near, [96, 128]) - 0.4) / 0.2, prepared[0, 3].narrow(0, 0, 96), 1e-5);
        Assert.All(TensorCopy.ToArray(prepared.narrow(2, 96, 32)), v => Assert.Equal(0, v));
    }

    [Theory]
    [InlineData(30, 50)]
    [InlineData(300, 200)]
    public void Even_rasters_stay_even_at_any_size(int height, int width)
    {
        using var scope = NewDisposeScope();
        float[] samples = [.. Enumerable.Range(0, 4).SelectMany(c => Enumerable.Repeat(0.2f * c, height * width))];
        var size = new ImageSize(height, width);
        ImageSize resized = new InputFrame(size, 128).Resized;
        var prepared = BandPreprocessor.Prepare(samples, size, [s_nearInfrared], 128, CPU);
        Near.Assert(full(resized.Height, resized.Width, 1f), prepared[0, 3].narrow(0, 0, resized.Height).narrow(1, 0, resized.Width), 1e-5);
    }

    [Fact]
    public void Statistics_are_those_of_all_samples()
    {
        BandStatistics found = BandStatistics.Of([new float[] { 1e4f + 1, 1e4f + 2 }, new float[] { 1e4f + 6 }]);
        Assert.Equal(1e4 + 3, found.Mean, 1e-9);
        Assert.Equal(Math.Sqrt(14.0 / 3), found.Deviation, 1e-9);
        Assert.Throws<ArgumentException>(() => BandStatistics.Of([]));
        Assert.Throws<ArgumentException>(() => BandStatistics.Of([new float[] { float.NaN }]));
    }

    [Fact]
    public void Rasters_with_missing_or_endless_samples_are_refused()
    {
        var size = new ImageSize(2, 2);
        Assert.Contains("15 samples", Assert.Throws<ArgumentException>(() => BandPreprocessor.Prepare(new float[15], size, [s_nearInfrared], 128, CPU)).Message, StringComparison.Ordinal);
        var hole = new float[16];
        hole[13] = float.NaN;
        Assert.Contains("Band 3", Assert.Throws<ArgumentException>(() => BandPreprocessor.Prepare(hole, size, [s_nearInfrared], 128, CPU)).Message, StringComparison.Ordinal);
    }
}
