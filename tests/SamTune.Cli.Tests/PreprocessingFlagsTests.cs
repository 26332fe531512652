using System.CommandLine;
using SamTune.Cli.Running;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;

namespace SamTune.Cli.Tests;

public sealed class PreprocessingFlagsTests
{
    [Fact]
    public void A_domain_stands_for_its_recipe_and_flags_change_it()
    {
        Assert.Null(Asked());
        Assert.Equal(DomainProfile.Find("xray")!.Spec, Asked("--profile", "xray"));
        Assert.Equal(DomainProfile.Find("mri")!.Spec with { Mapping = IntensityMapping.Percentile }, Asked("--profile", "MRI", "--intensity", "percentile"));
        Assert.Null(Asked("--profile", "xray", "--clahe", "off")!.LocalContrast);
        Assert.Equal(3, Asked("--profile", "ultrasound", "--clahe", "3")!.LocalContrast!.ClipLimit);
        Assert.Equal(
            new SceneSettings(NearInfrared.FalseColour, 0.5) { Bands = "blue,green,red,nir" },
            Asked("--profile", "satellite", "--near-infrared", "false-colour", "--resolution", "0.5", "--bands", "blue,green,red,nir")!.Scene);
    }

    [Theory]
    [InlineData("-160,240", -160, 240)]
    [InlineData("soft-tissue", -160, 240)]
    [InlineData("Lung", -1350, 150)]
    [InlineData("1800/400", -500, 1300)]
    public void A_window_is_given_by_its_ends_its_name_or_width_and_level(string text, double low, double high)
    {
        PreprocessingSpec spec = Asked("--profile", "ct", "--window", text)!;
        Assert.Equal((IntensityMapping.Window, low, high, "ct"), (spec.Mapping, spec.WindowLow!.Value, spec.WindowHigh!.Value, spec.Domain));
        Assert.True(Asked("--window", text)!.MakesTheSameAs(spec));
    }

    [Fact]
    public void Three_windows_are_three_colours() =>
        Assert.Equal(new ChannelWindows(new(-1350, 150), new(-160, 240), new(0, 100)), Asked("--window", "lung,soft-tissue,100/50")!.ChannelWindows);

    [Theory]
    [InlineData("--profile", "martian", "thermal")]
    [InlineData("--window", "chest", "soft-tissue")]
    [InlineData("--window", "lung,bone", "no number")]
    [InlineData("--window", "lung,bone,brain,lung", "three colours")]
    [InlineData("--intensity", "window", "--window")]
    [InlineData("--bands", "red", "--profile satellite")]
    [InlineData("--clahe", "much", "no number")]
    public void What_cannot_be_is_refused(string flag, string value, string said) =>
        Assert.Contains(said, Assert.Throws<InputException>(() => Read(null, flag, value)).Message, StringComparison.Ordinal);

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<InputException>(() => Read(null, "--window", "3,3"));
        Assert.Throws<InputException>(() => Read(null, "--clahe", "0"));
        Assert.Throws<InputException>(() => Read(null, "--profile", "satellite", "--resolution", "0"));
    }

    [Fact]
    public void An_adapter_brings_its_recipe_and_another_is_refused_with_both_named()
    {
        PreprocessingSpec brain = Asked("--profile", "ct", "--window", "brain")!;
        Assert.Equal(brain, Read(brain));
        Assert.Equal(brain, Read(brain, "--window", "0,80"));
        string message = Assert.Throws<InputException>(() => Read(brain, "--profile", "ct", "--window", "lung")).Message;
        Assert.Contains("ct (window -1350 to 150)", message, StringComparison.Ordinal);
        Assert.Contains("ct (window 0 to 80)", message, StringComparison.Ordinal);
        Assert.StartsWith("--profile, --window: ", message, StringComparison.Ordinal);
    }

    private static PreprocessingSpec? Asked(params string[] arguments)
    {
        (PreprocessingFlags flags, CommandSettings settings) = Parse(arguments);
        return flags.Asked(settings);
    }

    private static PreprocessingSpec? Read(PreprocessingSpec? fixedSpec, params string[] arguments)
    {
        (PreprocessingFlags flags, CommandSettings settings) = Parse(arguments);
        return flags.Read(settings, fixedSpec);
    }

    private static (PreprocessingFlags Flags, CommandSettings Settings) Parse(string[] arguments)
    {
        var flags = new PreprocessingFlags();
        var command = new RootCommand();
        flags.AddTo(command);
        return (flags, new CommandSettings(command.Parse(arguments), config: null));
    }
}
