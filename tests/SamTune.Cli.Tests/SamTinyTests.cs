using System.Text.Json;
using SamTune.Cli.Hosting;
using SamTune.Data.Datasets;
using SamTune.Imaging.Codecs;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

/// <summary>The base that comes with the program, used as a user would: no <c>--base</c>.</summary>
public sealed class SamTinyTests : IDisposable
{
    private const int Steps = 20;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_is_small_enough_to_be_carried_along() =>
        Assert.InRange(new FileInfo(RepositoryFiles.At("models", "sam_tiny", "sam_tiny.safetensors")).Length, 1 << 20, 20_000_000);

    [Fact]
    public async Task Twenty_steps_on_real_slices_raise_Dice_on_slices_held_out()
    {
        string train = Slices("train", 12), held = Slices("val", 6);
        CommandLineRun run = await CommandLineRun.Of([.. Arguments("run", train, held), "--method", "full", "--lr", "0.0003", "--prompts", "point:1"]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("sam_tiny", run.Json.GetProperty("base").GetString());

        CommandLineRun scores = await CommandLineRun.Of(
            "evaluate", held, "--adapter", folder.At("run", "adapter.safetensors"), "--prompts", "point", "--clicks", "0", "--out", folder.At("report"), "--json");
        Assert.True(scores.ExitCode == 0, scores.Error);
        JsonElement point = Assert.Single(scores.Json.GetProperty("dice").EnumerateArray());
        double before = point.GetProperty("base").GetDouble(), after = point.GetProperty("dice").GetDouble();
        Assert.True(after > before + 0.01, $"Dice {before:0.000} -> {after:0.000}");
        Assert.Equal(["box filled", "Otsu in the box"], scores.Json.GetProperty("trivial").EnumerateArray().Select(t => t.GetProperty("method").GetString()!));
    }

    [Fact]
    public async Task A_stopped_run_resumes_to_the_same_adapter()
    {
        string train = Slices("train", 8), held = Slices("val", 2), log = folder.At("broken", "log.jsonl");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        using var error = new StringWriter();
        Task<int> broken = Task.Run(() => CommandLineHost.RunAsync(Arguments("broken", train, held), output, error, stop.Token), TestContext.Current.CancellationToken);
        while (!broken.IsCompleted && !(File.Exists(log) && new FileInfo(log).Length > 0))
        {
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        Assert.Equal(ExitCode.Cancelled, await broken);
        CommandLineRun resumed = await CommandLineRun.Of([.. Arguments("broken", train, held), "--resume"]);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        CommandLineRun whole = await CommandLineRun.Of(Arguments("whole", train, held));
        Assert.True(whole.ExitCode == 0, whole.Error);
        Assert.Equal(await Bytes("whole"), await Bytes("broken"));
    }

    private string[] Arguments(string run, string train, string held) =>
        ["train", train, "--val", held, "--steps", $"{Steps}", "--validate-every", "10", "--batch", "2", "--out", folder.At(run), "--json"];

    private Task<byte[]> Bytes(string run) => File.ReadAllBytesAsync(folder.At(run, "adapter.safetensors"), TestContext.Current.CancellationToken);

    // Slices of the quickstart's first task as a user's folder of pictures and masks.
    private string Slices(string split, int most)
    {
        string root = folder.At(split);
        Directory.CreateDirectory(Path.Combine(root, "images"));
        Directory.CreateDirectory(Path.Combine(root, "masks"));
        NiftiSliceDataset all = TaskFile.Read(RepositoryFiles.At("data", "mri", "tasks.json")).Open("colin27_brain_hull_coronal", split);
        int step = Math.Max(1, all.Samples.Count / most);
        for (int i = 0; i < most; i++)
        {
            Sample sample = all.Load(i * step);
            ImageWriter.WriteRgbPng(Path.Combine(root, "images", $"{i:d2}.png"), sample.Image);
            ImageWriter.WriteMaskPng(Path.Combine(root, "masks", $"{i:d2}.png"), Assert.Single(sample.Objects).Mask);
        }

        return root;
    }
}
