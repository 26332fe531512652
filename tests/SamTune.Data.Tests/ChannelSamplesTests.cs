using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Scenes;

namespace SamTune.Data.Tests;

/// <summary>What is kept of a scene to measure its percentiles.</summary>
public sealed class ChannelSamplesTests
{
    [Fact]
    public void Of_a_scene_that_is_not_large_every_pixel_with_data_counts()
    {
        var samples = new ChannelSamples(1000);
        for (int y = 0; y < 10; y++)
            samples.Add(new Raster(new ImageSize(1, 100), 2, [.. Enumerable.Range(0, 200).Select(i => y == 3 && i == 7 ? float.NaN : (1000 * (i % 2)) + (100 * y) + (i / 2))], SampleKind.Int16));

        // One band of pixel 3 in row 3 is missing, so its other band is left out too.
        float[] expected = [.. Enumerable.Range(0, 1000).Where(i => i != 303).Select(i => (float)i)];
        Assert.Equal(expected, samples.Channels[0]);
        Assert.Equal(expected.Select(v => v + 1000), samples.Channels[1]);
        Assert.Equal(2 * 999, samples.All.Length);
    }

    [Fact]
    public void A_scene_of_any_size_keeps_a_bounded_number_from_all_of_it_and_its_percentiles()
    {
        // Eight times the bound; widths that the distance of the samples divides would show some columns alone.
        var source = new Stripes(new ImageSize(4096, 8192));
        PreprocessingSpec spec = PreprocessingSpec.Rgb with { Mapping = IntensityMapping.Percentile, LowPercentile = 2, HighPercentile = 98 };

        IntensityRange range = Assert.Single(new Preprocessor(spec).MeasureChannels(source, TestContext.Current.CancellationToken));

        Assert.Equal(0.02 * 8191, range.Low, 8191 * 0.0005);
        Assert.Equal(0.98 * 8191, range.High, 8191 * 0.0005);

        var samples = new ChannelSamples(source.Size.PixelCount);
        for (int y = 0; y < source.Size.Height; y += 256)
            samples.Add(source.Read(new PixelWindow(0, y, source.Size.Width, 256)));
        float[] kept = Assert.Single(samples.Channels);
        Assert.InRange(kept.Length, ChannelSamples.MostPixels / 2, ChannelSamples.MostPixels);
        Assert.Equal(8, kept.Select(v => (int)v % 8).Distinct().Count());
    }

    /// <summary>A scene whose columns are numbered.</summary>
    private sealed class Stripes(ImageSize size) : IRasterSource
    {
        public string Name => "stripes";

        public ImageSize Size => size;

        public GroundResolution? Resolution => null;

        public Raster Read(PixelWindow window)
        {
            var samples = new float[window.Size.PixelCount];
            for (int i = 0; i < samples.Length; i++)
                samples[i] = window.X + (i % window.Width);
            return new Raster(window.Size, 1, samples, SampleKind.UInt16);
        }

        public void Dispose()
        {
        }
    }
}
