using CsCheck;
using SamTune.Data.Augmentation;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;

namespace SamTune.Data.Tests.Domains;

/// <summary>Every profile on values worked out by hand.</summary>
public sealed class DomainProfileTests
{
    public static TheoryData<string> Names => [.. DomainProfile.All.Select(p => p.Name)];

    /// <summary>What ordinary files hold.</summary>
    public static TheoryData<string, SampleKind, float> Kinds
    {
        get
        {
            var data = new TheoryData<string, SampleKind, float>();
            foreach (DomainProfile profile in DomainProfile.All)
            {
                if (profile.Name != "ct")
                    data.Add(profile.Name, SampleKind.UInt8, 255);
                data.Add(profile.Name, SampleKind.UInt16, 65_535);
                data.Add(profile.Name, SampleKind.Float32, 0.25f);
            }

            return data;
        }
    }

    [Fact]
    public void Ct_is_x_plus_1024_over_4095()
    {
        float[] hounsfield = [-3000, -1024, -1000, 0, 40, 1000, 3071, 9000];
        byte[] expected = [0, 0, 1, 64, 66, 126, 255, 255];
        Assert.Equal([.. hounsfield.Select(x => (byte)((Math.Clamp((x + 1024) / 4095, 0, 1) * 255) + 0.5))], expected);
        Assert.Equal(expected, Grey(Apply("ct", Row(SampleKind.Int16, hounsfield))));
    }

    [Theory]
    [InlineData("soft-tissue", -160, 240)]
    [InlineData("lung", -1350, 150)]
    [InlineData("bone", -500, 1300)]
    [InlineData("brain", 0, 80)]
    public void A_named_window_is_level_minus_and_plus_half_the_width(string name, double low, double high) =>
        Assert.Equal(new IntensityRange(low, high), HounsfieldWindow.Named[name]);

    [Fact]
    public void Three_windows_are_the_three_colours_also_of_a_slice()
    {
        var spec = Spec("ct") with
        {
            ChannelWindows = new ChannelWindows(HounsfieldWindow.Named["brain"], HounsfieldWindow.Named["soft-tissue"], HounsfieldWindow.Named["bone"]),
        };
        var preprocessor = new Preprocessor(spec);
        // 40 HU: the middle of brain and of soft tissue; (40 + 500) / 1800 = 0.3 of bone.
        Raster raster = Row(SampleKind.Int16, 40, 5000, -2000);
        byte[] expected = [128, 128, 77, 255, 255, 255, 0, 0, 0];
        Assert.Equal(expected, preprocessor.Apply(raster, "a.nii").Pixels);
        Assert.Equal(expected, preprocessor.Apply(raster, preprocessor.Measure([]), "a.nii").Pixels);
    }

    [Fact]
    public void Pictures_of_8_bits_are_no_Hounsfield_units()
    {
        string message = Assert.Throws<InputException>(() => Apply("ct", Row(SampleKind.UInt8, 0, 100, 255))).Message;
        Assert.Contains("Hounsfield", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mri_is_z_scored_within_the_foreground()
    {
        // Foreground 10, 20, 30: mean 20, deviation 8.165; 3 of them to either side: -4.495..44.495. 0 is clipped from below: 4.495 / 48.99 = 0.0918.
        Assert.Equal([23, 75, 128, 180], Grey(Apply("mri", Row(SampleKind.Int16, 0, 10, 20, 30))));
    }

    [Theory]
    [InlineData("ultrasound")]
    [InlineData("microscopy")]
    [InlineData("pathology")]
    [InlineData("thermal")]
    public void Percentiles_half_to_99_and_a_half_of_all_samples_fill_the_range(string domain)
    {
        // 0..1000: the ends are 5 and 995.
        RgbImage image = Apply(domain, Row(SampleKind.UInt16, [.. Enumerable.Range(0, 1001).Select(i => (float)(7000 + i))]));
        Assert.Equal((0, 0, 128, 255, 255), (image.Pixels[0], image.Pixels[3 * 5], image.Pixels[3 * 500], image.Pixels[3 * 995], image.Pixels[^1]));
        Assert.Equal(image.Pixels[3 * 300], image.Pixels[(3 * 300) + 2]);
    }

    [Fact]
    public void Underwater_is_balanced_to_grey_before_it_is_stretched()
    {
        PreprocessingSpec spec = Spec("underwater") with { LocalContrast = null, Mapping = IntensityMapping.MinMax };
        // Means 20, 60 and 100: grey is 60, the gains are 3, 1 and 0.6. Balanced: (30, 30, 30) and (90, 90, 90).
        var raster = new Raster(new ImageSize(1, 2), 3, [10, 30, 50, 30, 90, 150], SampleKind.UInt8);
        Assert.Equal([0, 0, 0, 255, 255, 255], new Preprocessor(spec).Apply(raster, "a.png").Pixels);
        // No red at all: its gain would be without bound, and what is not there stays 0.
        Assert.Equal(0, new Preprocessor(spec).Apply(new Raster(new ImageSize(1, 2), 3, [0, 30, 50, 0, 90, 150], SampleKind.UInt8), "a.png").Pixels[3]);
    }

    [Theory]
    [InlineData("xray")]
    [InlineData("underwater")]
    public void Local_contrast_spreads_a_faint_structure(string domain)
    {
        var size = new ImageSize(64, 64);
        float[] Faint(float step) => [.. Enumerable.Range(0, 64 * 64).SelectMany(i => Enumerable.Repeat((i % 64 / 8 * 400) + (i % 2 * step) + 1000, 3))];
        var raster = new Raster(size, 3, Faint(20), SampleKind.UInt16);
        PreprocessingSpec spec = Spec(domain);
        double Contrast(PreprocessingSpec s)
        {
            byte[] p = new Preprocessor(s).Apply(raster, "a.tif").Pixels;
            return Enumerable.Range(0, 64 * 64 / 2).Average(i => Math.Abs(p[6 * i] - p[(6 * i) + 3]));
        }

        double plain = Contrast(spec with { LocalContrast = null }), local = Contrast(spec);
        Assert.True(local > 1.5 * plain, $"{plain} became {local}");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_range_of_any_kind_of_sample_becomes_grey_levels_in_order(string domain, SampleKind kind, float most)
    {
        var size = new ImageSize(16, 16);
        float[] samples = [.. Enumerable.Range(0, 256).SelectMany(i => Enumerable.Repeat(domain == "ct" ? (i * 16) - 1024f : i / 255f * most, 3))];
        RgbImage image = new Preprocessor(Spec(domain) with { LocalContrast = null }).Apply(new Raster(size, 3, samples, kind), "a.tif");
        byte[] grey = Grey(image);
        Assert.True(grey[0] < 60 && grey[^1] > 195, $"{grey[0]}..{grey[^1]}");
        Assert.All(Enumerable.Range(1, 255), i => Assert.True(grey[i] >= grey[i - 1]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_constant_picture_has_one_level(string domain)
    {
        var raster = new Raster(new ImageSize(20, 20), 3, [.. Enumerable.Repeat(7f, 1200)], SampleKind.UInt16);
        Assert.Single(Apply(domain, raster).Pixels.Distinct());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_that_is_no_number_is_refused_by_its_place_or_in_a_scene_is_no_data(string domain)
    {
        foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            float[] samples = [.. Enumerable.Range(0, 1200).Select(i => (float)i)];
            samples[(3 * 21) + 1] = bad;
            var raster = new Raster(new ImageSize(20, 20), 3, samples, SampleKind.Float32);
            if (domain == "satellite")
            {
                RgbImage image = Apply(domain, raster);
                Assert.Equal([0, 0, 0], image.Pixels[63..66]);
                Assert.NotEqual([0, 0, 0], image.Pixels[66..69]);
                continue;
            }

            string message = Assert.Throws<InputException>(() => Apply(domain, raster)).Message;
            Assert.Contains("a.tif: the sample at x=1, y=1, channel 1", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_profile_carries_its_name_and_version_through_a_file(string domain)
    {
        PreprocessingSpec spec = Spec(domain);
        Assert.Equal((domain, 1), (spec.Domain, spec.DomainVersion));
        Assert.Equal(spec, PreprocessingSpec.FromJson(spec.ToJson(), "spec.json"));
        Assert.StartsWith(domain, spec.ToString(), StringComparison.Ordinal);
        Assert.Contains(DomainProfile.Find(domain)!.Augmentation, AugmentationSpec.Presets.Keys);
    }

    [Fact]
    public void Any_valid_recipe_comes_back_from_its_file_as_it_was()
    {
        Gen<IntensityRange> range = Gen.Select(Gen.Double[-5000, 5000], Gen.Double[0.001, 9000], (low, width) => new IntensityRange(low, low + width));
        Gen<PreprocessingSpec> specs =
            from mapping in Gen.Enum<IntensityMapping>()
            from region in Gen.Enum<StatisticsRegion>()
            from low in Gen.Double[0, 50]
            from high in Gen.Double[50.001, 100]
            from window in range
            from deviations in Gen.Double[0.1, 9]
            from flags in Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool)
            from contrast in Gen.Select(Gen.Double[0.01, 1], Gen.Double[1, 40])
            from scene in Gen.Select(Gen.Enum<NearInfrared>(), Gen.Double[0.01, 90])
            select new PreprocessingSpec
            {
                Mapping = mapping,
                Region = region,
                LowPercentile = low,
                HighPercentile = high,
                WindowLow = window.Low,
                WindowHigh = window.High,
                Deviations = deviations,
                PerChannel = flags.Item1,
                GreyWorld = flags.Item2,
                ChannelWindows = flags.Item3 ? new ChannelWindows(window, window, window) : null,
                LocalContrast = flags.Item4 ? new LocalContrast(contrast.Item1, contrast.Item2) : null,
                Scene = flags.Item5 ? new SceneSettings(scene.Item1, scene.Item2) { Bands = "red,green,blue" } : null,
                Domain = flags.Item1 ? "ct" : null,
            };
        specs.Sample(spec => PreprocessingSpec.FromJson(spec.ToJson(), "spec.json") == spec, iter: 200);
    }

    [Fact]
    public void Recipes_are_the_same_when_they_make_the_same_picture()
    {
        PreprocessingSpec window = new() { Mapping = IntensityMapping.Window, WindowLow = -1024, WindowHigh = 3071 };
        Assert.True(window.MakesTheSameAs(Spec("ct")));
        Assert.True((window with { LowPercentile = 3 }).MakesTheSameAs(window));
        Assert.False((window with { WindowHigh = 3000 }).MakesTheSameAs(window));
        Assert.False(Spec("underwater").MakesTheSameAs(Spec("xray")));
        Assert.False(Spec("mri").MakesTheSameAs(PreprocessingSpec.Mri));
    }

    private static PreprocessingSpec Spec(string domain) => DomainProfile.Find(domain)!.Spec;

    private static RgbImage Apply(string domain, Raster raster) => new Preprocessor(Spec(domain)).Apply(raster, "a.tif");

    // A single row; the satellite profile needs colours, so three equal channels where asked.
    private static Raster Row(SampleKind kind, params float[] samples) => new(new ImageSize(1, samples.Length), 1, samples, kind);

    private static byte[] Grey(RgbImage image) => [.. Enumerable.Range(0, image.Pixels.Length / 3).Select(i => image.Pixels[3 * i])];
}
