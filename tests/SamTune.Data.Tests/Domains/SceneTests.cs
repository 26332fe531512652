using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Filters;
using SamTune.Testing;

namespace SamTune.Data.Tests.Domains;

/// <summary>Scenes: resolution, bands and statistics on values worked out by hand.</summary>
public sealed class SceneTests
{
    private static readonly string[] Landsat = ["B1 blue", "B2 green", "B3 red", "B4 near infrared", "B5 shortwave infrared 1", "B7 shortwave infrared 2"];

    [Theory]
    // N pixels at r metres become N x r / t.
    [InlineData(1000, 0.6, 0.3, 2000)]
    [InlineData(1000, 0.3, 0.3, 1000)]
    [InlineData(1000, 0.15, 0.3, 500)]
    [InlineData(512, 1.2, 0.3, 2048)]
    [InlineData(1, 0.1, 0.3, 1)]
    public void Pixels_grow_with_the_metres_they_cover(int pixels, double from, double to, int expected)
    {
        Assert.Equal(new ImageSize(expected, 2 * pixels == 2 ? 1 : 2 * expected), ResolutionPlan.For(new ImageSize(pixels, 2 * pixels), GroundResolution.Square(from), to).Size);
        Assert.Null(ResolutionPlan.For(new ImageSize(pixels, pixels), GroundResolution.Square(from), to).Message);
    }

    [Theory]
    [InlineData(28.5, "95 times")]
    [InlineData(10, "33.3 times")]
    public void Coarse_imagery_keeps_its_own_resolution_and_the_user_is_told(double metres, string said)
    {
        ResolutionPlan plan = ResolutionPlan.For(new ImageSize(352, 349), GroundResolution.Square(metres));
        Assert.Equal((GroundResolution.Square(metres), new ImageSize(352, 349)), (plan.Resolution, plan.Size));
        Assert.Contains(said, plan.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_resolution_that_is_no_length_is_refused(double metres) =>
        Assert.Contains("metres", Assert.Throws<InputException>(() => ResolutionPlan.For(new ImageSize(8, 8), GroundResolution.Square(metres))).Message.Replace("m a pixel", "metres", StringComparison.Ordinal), StringComparison.Ordinal);

    [Fact]
    public void A_scene_that_would_not_fit_is_refused_before_memory_is_taken() =>
        Assert.Contains("tiles", Assert.Throws<InputException>(() => ResolutionPlan.For(new ImageSize(200_000, 200_000), GroundResolution.Square(1))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(NearInfrared.Drop, new float[] { 3, 2, 1 })]
    [InlineData(NearInfrared.FalseColour, new float[] { 4, 3, 2 })]
    [InlineData(NearInfrared.FourChannels, new float[] { 3, 2, 1, 4 })]
    public void Bands_are_found_by_their_names(NearInfrared choice, float[] expected)
    {
        var pixel = new Raster(new ImageSize(1, 1), 6, [1, 2, 3, 4, 5, 7], SampleKind.UInt8) { BandNames = Landsat };
        Assert.Equal(expected, SceneBands.Select(pixel, choice, "a.tif").Samples);
        var unnamed = new Raster(new ImageSize(1, 1), 4, [1, 2, 3, 4], SampleKind.UInt8);
        Assert.Equal(expected, SceneBands.Select(unnamed, choice, "a.tif", ["Blue", "Green", "Red", "NIR"]).Samples);
    }

    [Fact]
    public void A_band_that_is_not_there_or_twice_is_named()
    {
        Raster Bands(params string[] names) => new(new ImageSize(1, 1), names.Length, new float[names.Length], SampleKind.UInt8) { BandNames = names };
        Expect.Refused(() => SceneBands.Select(Bands("red", "green", "swir"), NearInfrared.Drop, "a.tif"), "a.tif", "no band", "blue");
        Expect.Refused(() => SceneBands.Select(Bands("red", "green", "blue", "Red"), NearInfrared.Drop, "a.tif"), "2 bands", "red");
        Expect.Refused(() => SceneBands.Select(Bands("red", "green", "blue"), NearInfrared.FalseColour, "a.tif"), "near infrared");
        Expect.Refused(() => SceneBands.Select(new Raster(new ImageSize(1, 1), 6, new float[6], SampleKind.UInt8), NearInfrared.Drop, "a.tif"), "6 bands without names");
        Expect.Refused(() => SceneBands.Select(new Raster(new ImageSize(1, 1), 6, new float[6], SampleKind.UInt8), NearInfrared.Drop, "a.tif", ["red"]), "6 bands but 1 names");
    }

    [Fact]
    public void Percentiles_are_of_each_band_over_the_scene_without_nodata()
    {
        // Red 0..100, green 1000..1100, blue 7; the last pixel has no data.
        float[] samples = [.. Enumerable.Range(0, 101).SelectMany(i => new float[] { i, 1000 + i, 7 }), float.NaN, 50, 7];
        var scene = new Raster(new ImageSize(1, 102), 3, samples, SampleKind.Int16) { BandNames = ["red", "green", "blue"] };
        var preprocessor = new Preprocessor(DomainProfile.Find("satellite")!.Spec);
        IReadOnlyList<IntensityRange> ranges = preprocessor.MeasureChannels(scene, "a.tif");
        Assert.Equal([new IntensityRange(2, 98), new IntensityRange(1002, 1098), new IntensityRange(7, 7)], ranges);

        // A tile is mapped with the scene's values, not with its own: (26 - 2) / 96 and (74 - 2) / 96.
        var tile = new Raster(new ImageSize(1, 3), 3, [26, 1026, 7, 74, 1074, 7, float.NaN, 1050, 7], SampleKind.Int16);
        Assert.Equal([64, 64, 0, 191, 191, 0, 0, 0, 0], preprocessor.Apply(tile, ranges, "a.tif").Pixels);
    }

    [Fact]
    public void The_fourth_channel_is_a_band_beside_the_colours()
    {
        var pixel = new Raster(new ImageSize(1, 2), 4, [0, 0, 0, 0, 10, 20, 30, 40], SampleKind.UInt16);
        PreprocessingSpec spec = DomainProfile.Find("satellite")!.Spec with { LowPercentile = 0, HighPercentile = 100, Scene = new SceneSettings(NearInfrared.FourChannels) };
        var preprocessor = new Preprocessor(spec);
        RgbImage picture = preprocessor.Apply(pixel, preprocessor.MeasureChannels(pixel, "a.tif"), "a.tif");
        Assert.Equal([0, 0, 0, 255, 255, 255], picture.Pixels);
        Assert.Equal([0, 255], Assert.Single(picture.ExtraBands));
        Assert.Empty(new Preprocessor(DomainProfile.Find("satellite")!.Spec).Apply(pixel, "a.tif").ExtraBands);
    }

    [Fact]
    public void A_resized_scene_keeps_its_ground_and_mixes_no_nodata_into_it()
    {
        float[] samples = [.. Enumerable.Range(0, 64).Select(i => i % 8 < 4 ? 50f : float.NaN)];
        var scene = new Raster(new ImageSize(8, 8), 1, samples, SampleKind.Int16) { Resolution = GroundResolution.Square(0.6) };
        Raster larger = RasterResize.Linear(scene, new ImageSize(16, 16));
        Assert.Equal(new GroundResolution(0.3, 0.3), larger.Resolution);
        Assert.All(larger.Samples, s => Assert.True(float.IsNaN(s) || Math.Abs(s - 50) < 1e-3, $"{s}"));
        Assert.Equal(128, larger.Samples.Count(s => s > 0));
        Assert.Same(scene, RasterResize.Linear(scene, scene.Size));
    }

    [Fact]
    public void A_mask_resized_up_and_down_again_is_itself()
    {
        var random = new Random(1);
        var mask = new BinaryMask(new ImageSize(9, 7), [.. Enumerable.Range(0, 63).Select(_ => (byte)random.Next(2))]);
        BinaryMask large = NearestResize.Apply(mask, new ImageSize(27, 21));
        Assert.Equal(9 * mask.Area, large.Area);
        Assert.Equal(mask.Pixels, NearestResize.Apply(large, mask.Size).Pixels);
    }
}
