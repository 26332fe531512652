using System.Text.Json;
using SamTune.Cli.Hosting;
using SamTune.Testing;

namespace SamTune.Cli.Tests.Pretraining;

public sealed class PretrainTests : IDisposable
{
    private const int Steps = 8;

    private static readonly string[] s_small =
    [
        "--image-size", "64", "--width", "32", "--depth", "2", "--heads", "2", "--window", "2", "--global-blocks", "1",
        "--train-scenes", "16", "--validation-scenes", "2", "--test-scenes", "3", "--batch", "2", "--validate-every", "2", "--bfloat16",
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_model_comes_from_nothing_with_its_scores_on_scenes_it_never_saw()
    {
        CommandLineRun run = await CommandLineRun.Of([.. Arguments("run"), "--json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(Steps, run.Json.GetProperty("steps").GetInt32());
        string model = run.Json.GetProperty("model").GetString()!;
        Assert.Equal(new FileInfo(model).Length, run.Json.GetProperty("bytes").GetInt64());
        Assert.Equal(2 * run.Json.GetProperty("parameters").GetInt64(), run.Json.GetProperty("bytes").GetInt64(), 40_000d);
        JsonElement[] scores = [.. run.Json.GetProperty("heldOut").EnumerateArray()];
        Assert.Equal(
            ["box", "box, then one corrective click", "one point, best rated of three", "one point, best of three", "one point, single mask", "several points", "box and points"],
            scores.Select(s => s.GetProperty("prompt").GetString()!));
        Assert.All(scores, s => Assert.InRange(s.GetProperty("iou").GetDouble(), 0, 1));
        Assert.True(scores[3].GetProperty("iou").GetDouble() >= scores[2].GetProperty("iou").GetDouble());
        Assert.All(["scores.json", "log.jsonl", "learning-curve.png"], f => Assert.True(new FileInfo(folder.At("run", f)).Length > 0, f));

        CommandLineRun inspected = await CommandLineRun.Of("inspect", model, "--json");
        Assert.True(inspected.ExitCode == 0, inspected.Error);
        (await CommandLineRun.Of(Arguments("run"))).AssertRefused("run", "--resume");
    }

    [Fact]
    public async Task Weights_cannot_keep_more_bits_than_half_precision_has()
    {
        (await CommandLineRun.Of([.. Arguments("fine"), "--fraction-bits", "11"])).AssertRefused("--fraction-bits", "11");
        Assert.False(Directory.Exists(folder.At("fine")));
    }

    [Fact]
    public async Task A_stopped_run_goes_on_to_the_same_model()
    {
        // So many steps that the run cannot end before it is stopped.
        const int Long = 40;
        string log = folder.At("broken", "log.jsonl");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        using var error = new StringWriter();
        Task<int> run = Task.Run(() => CommandLineHost.RunAsync(Arguments("broken", Long), output, error, stop.Token), TestContext.Current.CancellationToken);
        while (!run.IsCompleted && !(File.Exists(log) && new FileInfo(log).Length > 0))
        {
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        Assert.Equal(ExitCode.Cancelled, await run);
        Assert.Contains("--resume", error.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(folder.At("broken", "sam.safetensors")));

        CommandLineRun resumed = await CommandLineRun.Of([.. Arguments("broken", Long), "--resume"]);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(0, (await CommandLineRun.Of(Arguments("whole", Long))).ExitCode);
        Assert.Equal(await Bytes("whole"), await Bytes("broken"));
    }

    [Fact]
    public async Task Training_goes_on_from_a_model_of_the_same_sizes_only()
    {
        Assert.Equal(0, (await CommandLineRun.Of(Arguments("first"))).ExitCode);
        string start = folder.At("first", "sam.safetensors");
        CommandLineRun second = await CommandLineRun.Of([.. Arguments("second"), "--start", start]);
        Assert.True(second.ExitCode == 0, second.Error);
        Assert.NotEqual(await Bytes("first"), await Bytes("second"));
        CommandLineRun other = await CommandLineRun.Of([.. Arguments("third").Select(a => a == "32" ? "48" : a), "--start", start]);
        other.AssertRefused("sam.safetensors");
        Assert.False(Directory.Exists(folder.At("third")));
    }

    [Fact]
    public async Task The_recipe_of_the_shipped_model_can_be_read()
    {
        // Every key is known; the run ends at the missing folder, before anything is fetched.
        foreach (string recipe in Directory.GetFiles(RepositoryFiles.At("recipes"), "sam_tiny*.yaml"))
        {
            (await CommandLineRun.Of("pretrain", "--config", recipe)).AssertRefused("--out: is missing");
        }
    }

    private string[] Arguments(string run, int steps = Steps) => ["pretrain", .. s_small, "--steps", $"{steps}", "--out", folder.At(run)];

    private Task<byte[]> Bytes(string run) => File.ReadAllBytesAsync(folder.At(run, "sam.safetensors"), TestContext.Current.CancellationToken);
}
