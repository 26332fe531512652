using System.Text.Json;
using SamTune.Adaptation.Lora;
using SamTune.Artifacts;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

/// <summary>Domains that were trained with recipes, as training writes them, mixed and merged.</summary>
public sealed class RecipeMixtureTests : IDisposable
{
    private static readonly PreprocessingSpec s_percentiles = DomainProfile.Find("ultrasound")!.Spec, s_window = DomainProfile.Find("ct")!.Spec;

    private readonly TemporaryFolder _folder = new();
    private readonly string _file, _picture;

    public RecipeMixtureTests()
    {
        _file = DomainFile.Write(
            _folder,
            ("us", new LoraConfig { Rank = 2 }, s_percentiles),
            ("cells", new LoraConfig { Rank = 3 }, DomainProfile.Find("microscopy")!.Spec),
            ("ct", new LoraConfig { Rank = 2, Targets = ["encoder.v"] }, s_window),
            ("plain", new LoraConfig { Rank = 1 }, null));
        _picture = _folder.At("scan.png");
        int[] samples = [.. Enumerable.Range(0, 60 * 60).Select(i => (((i % 60) - 25) * ((i % 60) - 25)) + (((i / 60) - 30) * ((i / 60) - 30)) < 200 ? 900 + (i % 40) : 300 + (i % 70))];
        ImageWriter.WriteLabelPng16(_picture, new LabelMap(new ImageSize(60, 60), samples));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Recipes_that_make_the_same_pictures_mix_whatever_they_are_called()
    {
        JsonElement mixed = await Predicted("--adapters", _file, "--domain", "us:0.5+cells:0.5");
        await Merged("both.safetensors", "us:0.5+cells:0.5");
        Assert.True(Recipe("both.safetensors")!.MakesTheSameAs(s_percentiles));
        Assert.Equal(Masks(mixed), Masks(await Predicted("--adapter", _folder.At("both.safetensors"))));
        Assert.NotEqual(Masks(mixed), Masks(await Predicted("--adapters", _file, "--domain", "us")));
    }

    [Fact]
    public async Task Where_recipes_differ_the_one_that_is_chosen_prepares_the_picture()
    {
        JsonElement asUs = await Predicted("--adapters", _file, "--domain", "us:0.7+ct:0.3", "--recipe-of", "us"), asCt = await Predicted("--adapters", _file, "--domain", "us:0.7+ct:0.3", "--recipe-of", "ct");
        Assert.NotEqual(Masks(asUs), Masks(asCt));
        foreach ((string part, PreprocessingSpec recipe, JsonElement expected) in new[] { ("us", s_percentiles, asUs), ("ct", s_window, asCt) })
        {
            await Merged($"{part}_sum.safetensors", "us:0.7+ct:0.3", "--recipe-of", part);
            Assert.Equal(recipe, Recipe($"{part}_sum.safetensors"));
            Assert.Equal(Masks(expected), Masks(await Predicted("--adapter", _folder.At($"{part}_sum.safetensors"))));
        }

        // Artifacts in folders of their own all have the name that training gives them.
        foreach (string part in new[] { "us", "ct" })
        {
            Directory.CreateDirectory(_folder.At("runs", part));
            File.Copy(_folder.At($"{part}.safetensors"), _folder.At("runs", part, "adapter.safetensors"));
        }

        string[] merge = ["merge", "--base", DomainFile.Base, "--adapter", _folder.At("runs", "us", "adapter.safetensors"), "--adapter", _folder.At("runs", "ct", "adapter.safetensors"), "--as-adapter", _folder.At("named.safetensors")];
        (await CommandLineRun.Of(merge)).AssertRefused(Path.Combine("runs", "us", "adapter.safetensors"), "--recipe-of");
        CommandLineRun named = await CommandLineRun.Of([.. merge, "--recipe-of", _folder.At("runs", "ct", "adapter.safetensors")]);
        Assert.True(named.ExitCode == 0, named.Error);
        Assert.Equal(s_window, Recipe("named.safetensors"));
    }

    [Fact]
    public async Task Without_a_choice_both_recipes_and_the_flag_are_named_and_nothing_is_written()
    {
        string[] Predicting(params string[] more) => ["predict", _picture, "--base", DomainFile.Base, "--box", "10,10,40,40", "--out", _folder.At("none"), .. more];
        (await CommandLineRun.Of(Predicting("--adapters", _file, "--domain", "us:0.7+ct:0.3"))).AssertRefused("us: ultrasound", "ct: ct", "percentile 0.5", "--recipe-of us or --recipe-of ct");
        (await CommandLineRun.Of(Predicting("--adapters", _file, "--domain", "us+plain"))).AssertRefused("us: ultrasound", "plain: none", "--recipe-of");
        (await CommandLineRun.Of(Predicting("--adapters", _file, "--domain", "us+ct", "--recipe-of", "cells"))).AssertRefused("--recipe-of", "'cells'", "us, ct");
        (await CommandLineRun.Of(Predicting("--adapters", _file, "--domain", "us+ct", "--recipe-of", "ct", "--profile", "ultrasound"))).AssertRefused("--profile");
        (await CommandLineRun.Of(Predicting("--adapters", _file, "--domain", "us", "--recipe-of", "us"))).AssertRefused("--recipe-of", "leave it out");
        (await CommandLineRun.Of(Predicting("--adapters", _file, "--recipe-of", "us"))).AssertRefused("--recipe-of", "leave it out");
        (await CommandLineRun.Of(Predicting("--recipe-of", "us"))).AssertRefused("--recipe-of", "--adapters");
        string[] merge = ["merge", "--base", DomainFile.Base, "--adapters", _file, "--domain", "us:0.7+ct:0.3", _folder.At("none.safetensors")];
        (await CommandLineRun.Of([.. merge, "--as-adapter"])).AssertRefused("us: ultrasound", "ct: ct", "--recipe-of us or --recipe-of ct");
        (await CommandLineRun.Of([.. merge, "--recipe-of", "us"])).AssertRefused("--recipe-of", "--as-adapter");
        Assert.False(Directory.Exists(_folder.At("none")) || File.Exists(_folder.At("none.safetensors")));
        await Merged("plain_sum.safetensors", "us+plain", "--recipe-of", "plain");
        Assert.Null(Recipe("plain_sum.safetensors"));
    }

    private async Task<JsonElement> Predicted(params string[] more)
    {
        CommandLineRun run = await CommandLineRun.Of(["predict", _picture, "--base", DomainFile.Base, "--box", "10,10,40,40", "--out", _folder.At("out"), "--json", .. more]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Json;
    }

    private async Task Merged(string output, string domain, params string[] more)
    {
        CommandLineRun run = await CommandLineRun.Of(["merge", "--base", DomainFile.Base, "--adapters", _file, "--domain", domain, "--as-adapter", _folder.At(output), .. more]);
        Assert.True(run.ExitCode == 0, run.Error);
    }

    private PreprocessingSpec? Recipe(string artifact) =>
        ArtifactFile.ReadManifest(_folder.At(artifact)).Preprocessing is { } json ? PreprocessingSpec.FromJson(json.GetRawText(), artifact) : null;

    private static string Masks(JsonElement prediction) => prediction.GetProperty("masks").GetRawText();
}
