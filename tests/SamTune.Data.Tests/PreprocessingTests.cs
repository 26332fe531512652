using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Nifti;
using SamTune.Testing;

namespace SamTune.Data.Tests;

public sealed class PreprocessingTests
{
    private static readonly Raster Ramp = new(new ImageSize(1, 101), 1, [.. Enumerable.Range(0, 101).Select(i => (float)i)], SampleKind.UInt16);

    [Fact]
    public void Smallest_and_largest_become_0_and_255()
    {
        RgbImage image = Apply(Ramp, new PreprocessingSpec { Mapping = IntensityMapping.MinMax });

        Assert.Equal(0, image.Pixels[0]);
        Assert.Equal(255, image.Pixels[^1]);
        Assert.Equal(128, image.Pixels[50 * 3]);
    }

    [Fact]
    public void Percentiles_are_those_of_NumPy_over_all_or_over_the_foreground()
    {
        var all = new Preprocessor(new PreprocessingSpec { Mapping = IntensityMapping.Percentile, Region = StatisticsRegion.All, LowPercentile = 2.5, HighPercentile = 97.5 });
        var foreground = new Preprocessor(all.Spec with { Region = StatisticsRegion.Foreground });
        float[] samples = [0, 0, 0, 0, 10, 20, 30, 40, 50];

        Assert.Equal(new IntensityRange(2.5, 97.5), all.Measure(Ramp.Samples));
        Assert.Equal(11, foreground.Measure(samples).Low, 1e-9);
        Assert.Equal(49, foreground.Measure(samples).High, 1e-9);
    }

    [Fact]
    public void A_window_clips_what_lies_outside()
    {
        RgbImage image = Apply(Ramp, new PreprocessingSpec { Mapping = IntensityMapping.Window, WindowLow = 20, WindowHigh = 30 });

        Assert.Equal(0, image.Pixels[19 * 3]);
        Assert.Equal(128, image.Pixels[25 * 3]);
        Assert.Equal(255, image.Pixels[80 * 3]);
    }

    [Fact]
    public void The_mean_becomes_the_middle_under_z_scores()
    {
        RgbImage image = Apply(Ramp, new PreprocessingSpec { Mapping = IntensityMapping.ZScore, Region = StatisticsRegion.All, Deviations = 1 });

        Assert.Equal(128, image.Pixels[50 * 3]);
        Assert.Equal(0, image.Pixels[20 * 3]);
        Assert.Equal(255, image.Pixels[80 * 3]);
    }

    [Fact]
    public void Colours_stay_colours_and_alpha_is_no_intensity()
    {
        var rgba = new Raster(new ImageSize(1, 2), 4, [0, 50, 100, 60_000, 100, 0, 50, 60_000], SampleKind.UInt16);

        RgbImage image = Apply(rgba, new PreprocessingSpec { Mapping = IntensityMapping.MinMax });

        Assert.Equal([0, 128, 255, 255, 0, 128], image.Pixels);
    }

    [Fact]
    public void A_constant_picture_becomes_black_under_every_statistic()
    {
        var constant = new Raster(new ImageSize(2, 2), 1, [7, 7, 7, 7], SampleKind.Float32);
        foreach (IntensityMapping mapping in new[] { IntensityMapping.MinMax, IntensityMapping.Percentile, IntensityMapping.ZScore })
            Assert.All(Apply(constant, new PreprocessingSpec { Mapping = mapping }).Pixels, p => Assert.Equal(0, p));
    }

    [Fact]
    public void Wide_samples_are_refused_as_they_are()
        => Assert.Contains("a.tif", Assert.Throws<InputException>(() => Apply(Ramp, PreprocessingSpec.Rgb)).Message);

    [Fact]
    public void Many_channels_are_refused()
    {
        var bands = new Raster(new ImageSize(1, 1), 8, new float[8], SampleKind.UInt16);

        Assert.Contains("8 channels", Assert.Throws<InputException>(() => Apply(bands, PreprocessingSpec.Mri)).Message);
    }

    [Fact]
    public void A_real_volume_is_measured_once_and_its_foreground_fills_the_range()
    {
        NiftiVolume volume = NiftiVolume.Read(RepositoryFiles.Mri("macaque_inia19_t1.nii.gz"));
        var preprocessor = new Preprocessor(PreprocessingSpec.Mri);

        IntensityRange range = preprocessor.Measure(volume);
        float[] foreground = [.. volume.Samples().Where(v => v > 0)];

        Assert.Equal(0.005, foreground.Count(v => v < range.Low) / (double)foreground.Length, 5e-4);
        Assert.Equal(0.005, foreground.Count(v => v > range.High) / (double)foreground.Length, 5e-4);
    }

    [Fact]
    public void A_recipe_survives_being_written_and_read()
    {
        var spec = new PreprocessingSpec { Mapping = IntensityMapping.Window, WindowLow = -160, WindowHigh = 240, Region = StatisticsRegion.All };

        string json = spec.ToJson();

        Assert.Contains("\"mapping\": \"window\"", json);
        Assert.Equal(spec, PreprocessingSpec.FromJson(json, "spec.json"));
    }

    [Fact]
    public void A_recipe_of_the_first_version_still_reads()
    {
        const string First = """
            {
              "version": 1, "mapping": "percentile", "region": "foreground", "lowPercentile": 0.5, "highPercentile": 99.5,
              "windowLow": null, "windowHigh": null, "deviations": 3
            }
            """;

        Assert.Equal(PreprocessingSpec.Mri, PreprocessingSpec.FromJson(First, "spec.json"));
    }

    [Theory]
    [InlineData("{\"mapping\": \"percentile\", \"lowPercentil\": 1}", "lowPercentil")]
    [InlineData("{\"mapping\": \"brightest\"}", "mapping")]
    [InlineData("{\"mapping\": 2}", "mapping")]
    [InlineData("{\"version\": 3}", "version is 3")]
    [InlineData("{\"mapping\": \"window\", \"channelWindows\": {\"red\": {\"low\": 1, \"high\": 0}}}", "channelWindows")]
    [InlineData("{\"localContrast\": {\"clipLimit\": 0}}", "clipLimit 0")]
    [InlineData("{\"scene\": {\"metresPerPixel\": -1}}", "metresPerPixel -1")]
    [InlineData("{\"mapping\": \"window\"}", "windowLow < windowHigh")]
    [InlineData("{\"mapping\": \"window\", \"windowLow\": 3, \"windowHigh\": 3}", "3 to 3")]
    [InlineData("{\"lowPercentile\": 99.6}", "99.6")]
    [InlineData("{\"deviations\": 0}", "deviations")]
    [InlineData("null", "null")]
    [InlineData("{", "preprocessing")]
    public void A_recipe_with_a_mistake_is_refused_by_its_place(string json, string part)
    {
        string message = Assert.Throws<InputException>(() => PreprocessingSpec.FromJson(json, "spec.json")).Message;

        Assert.StartsWith("spec.json: ", message, StringComparison.Ordinal);
        Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private static RgbImage Apply(Raster raster, PreprocessingSpec spec) => new Preprocessor(spec).Apply(raster, "a.tif");
}
