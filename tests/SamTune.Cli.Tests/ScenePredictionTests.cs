using System.Text.Json;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed class ScenePredictionTests
{
    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");
    private static readonly string s_picture = RepositoryFiles.Golden("tiny_image.png");

    [Fact]
    public async Task Boxes_of_a_file_on_a_scene_become_labels_written_strip_by_strip()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At("boxes.json"), """[[5, 5, 40, 40], {"box": [10, 10, 110, 80], "points": [[50, 50, 1]]}]""", TestContext.Current.CancellationToken);
        CommandLineRun run = await CommandLineRun.Of(
            "predict", s_picture, "--base", s_base, "--tile", "64", "--overlap", "16", "--boxes", folder.At("boxes.json"), "--out", folder.At("out"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("6 of 6 tiles", run.Error, StringComparison.Ordinal);
        JsonElement[] objects = [.. run.Json.GetProperty("objects").EnumerateArray()];
        Assert.Equal([1, 2], objects.Select(o => o.GetProperty("label").GetInt32()));
        Assert.Equal(1, objects[0].GetProperty("tiles").GetInt32());
        Assert.True(objects[1].GetProperty("tiles").GetInt32() > 1);
        Raster labels = ImageReader.ReadRaster(folder.At("out", "labels.tif"));
        Assert.Equal(new ImageSize(96, 120), labels.Size);
        Assert.Equal(objects[0].GetProperty("area").GetInt64(), labels.Samples.Count(l => l == 1));
    }

    [Fact]
    public async Task Everything_in_a_scene_is_found_tile_by_tile()
    {
        using var folder = new TemporaryFolder();
        CommandLineRun run = await CommandLineRun.Of(
            "predict", s_picture, "--base", s_base, "--tile", "64", "--auto", "--points-per-side", "3", "--predicted-iou", "0", "--stability", "0.02", "--out", folder.At("out"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        int count = run.Json.GetProperty("objects").GetArrayLength();
        Assert.True(count > 0);
        Assert.InRange(ImageReader.ReadRaster(folder.At("out", "labels.tif")).Samples.Max(), 1, count);
    }

    [Fact]
    public async Task A_scene_without_a_prompt_or_with_one_outside_it_is_refused_before_anything_is_written()
    {
        using var folder = new TemporaryFolder();
        Task<CommandLineRun> Run(params string[] more) => CommandLineRun.Of(["predict", s_picture, "--base", s_base, "--tile", "64", "--out", folder.At("out"), .. more]);
        (await Run()).AssertRefused("no adapter", "--tile", "--boxes", "--auto");
        (await Run("--box", "200,10,220,20")).AssertRefused("prompt 0", "120x96");
        (await Run("--overlap", "40", "--auto")).AssertRefused("overlap", "32");
        (await Run("--boxes", folder.At("none.json"))).AssertRefused("none.json");
        Assert.False(Directory.Exists(folder.At("out")));
    }
}
