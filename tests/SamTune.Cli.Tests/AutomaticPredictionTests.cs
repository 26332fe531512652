using System.Text.Json;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed class AutomaticPredictionTests
{
    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");
    private static readonly string s_picture = RepositoryFiles.Golden("tiny_image.png");

    [Fact]
    public async Task Everything_in_a_picture_is_written_as_labels_run_lengths_and_overlay()
    {
        using var folder = new TemporaryFolder();
        CommandLineRun run = await CommandLineRun.Of(
            "predict", s_picture, "--base", s_base, "--auto", "--points-per-side", "5", "--predicted-iou", "0.1", "--stability", "0.04", "--box-overlap", "1",
            "--out", folder.At("out"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("25 of 25 clicks", run.Error, StringComparison.Ordinal);
        JsonElement[] masks = [.. run.Json.GetProperty("masks").EnumerateArray()];
        Assert.True(masks.Length > 1);
        LabelMap labels = LabelReader.Read(folder.At("out", "labels.png"));
        Assert.Equal(new ImageSize(96, 120), labels.Size);
        foreach (JsonElement mask in masks)
        {
            JsonElement segmentation = mask.GetProperty("segmentation");
            int[] size = [.. segmentation.GetProperty("size").EnumerateArray().Select(s => s.GetInt32())];
            BinaryMask pixels = RunLength.FromCompressedString(new ImageSize(size[0], size[1]), segmentation.GetProperty("counts").GetString()!).Decode();
            Assert.Equal((labels.Size, mask.GetProperty("area").GetInt32()), (pixels.Size, pixels.Area));
            BoundingBox box = pixels.Bounds()!.Value;
            Assert.Equal([box.X0, box.Y0, box.Width, box.Height], mask.GetProperty("box").EnumerateArray().Select(v => v.GetSingle()));
            // A label is seen on pixels of its own mask only.
            Assert.All(Enumerable.Range(0, labels.Labels.Length).Where(p => labels.Labels[p] == mask.GetProperty("label").GetInt32()), p => Assert.Equal(1, pixels.Pixels[p]));
        }

        Assert.Equal(masks.Max(m => m.GetProperty("label").GetInt32()), masks.Length);
        Assert.True(File.Exists(folder.At("out", "overlay.png")));
        Assert.True(File.Exists(folder.At("out", "prediction.json")));
    }

    [Fact]
    public async Task Flags_that_do_not_go_together_are_refused_before_anything_is_written()
    {
        using var folder = new TemporaryFolder();
        Task<CommandLineRun> Run(params string[] more) => CommandLineRun.Of(["predict", s_picture, "--base", s_base, "--out", folder.At("out"), .. more]);
        (await Run("--auto", "--box", "1,1,5,5")).AssertRefused("--auto", "--box");
        (await Run("--box", "1,1,5,5", "--stability", "0.5")).AssertRefused("--stability", "--auto");
        (await Run("--auto", "--predicted-iou", "2")).AssertRefused("predicted IoU", "0 to 1");
        (await Run("--box", "1,1,5,5", "--window", "1")).AssertRefused("--window", "LOW,HIGH");
        Assert.False(Directory.Exists(folder.At("out")));
    }
}
