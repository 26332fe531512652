using System.Diagnostics;
using System.Text.Json;
using SamTune.Checkpoints;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed class TrainTests
{
    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");

    [Theory]
    [InlineData("lora", true)]
    [InlineData("full", true)]
    [InlineData("adapters", false)]
    [InlineData("prompt", false)]
    public async Task Every_method_trains_evaluates_predicts_and_merges_where_it_can(string method, bool merges)
    {
        using var folder = new TemporaryFolder();
        string data = DiscFolder.Write(folder), run = folder.At("run"), adapter = folder.At("run", "adapter.safetensors");
        CommandLineRun train = await CommandLineRun.Of("train", data, "--base", s_base, "--method", method, "--steps", "6", "--validate-every", "3", "--out", run, "--json");
        Assert.True(train.ExitCode == 0, train.Error);
        Assert.Equal(6, train.Json.GetProperty("steps").GetInt32());
        Assert.Contains("parameters to train", train.Error, StringComparison.Ordinal);
        Assert.All(
            ["adapter.safetensors", "adapter.json", "last.safetensors", "best.safetensors", "log.jsonl", "learning-curve.png", "overlay.png"],
            f => Assert.True(new FileInfo(Path.Combine(run, f)).Length > 0, f));

        CommandLineRun evaluate = await CommandLineRun.Of("evaluate", data, "--base", s_base, "--adapter", adapter, "--prompts", "none,box", "--box-looseness", "0,0.2", "--out", folder.At("report"), "--json");
        Assert.True(evaluate.ExitCode == 0, evaluate.Error);
        Assert.Equal(["none", "box", "3 clicks"], evaluate.Json.GetProperty("dice").EnumerateArray().Select(d => d.GetProperty("prompt").GetString()!));
        Assert.All(["report.json", "report.md", "scores.csv"], f => Assert.True(File.Exists(folder.At("report", f)), f));

        CommandLineRun predict = await CommandLineRun.Of(
            "predict", Path.Combine(data, "images", "p0.png"), "--base", s_base, "--adapter", adapter, "--box", "20,6,39,25", "--point", "30,16,1", "--out", folder.At("found"), "--json");
        Assert.True(predict.ExitCode == 0, predict.Error);
        JsonElement mask = Assert.Single(predict.Json.GetProperty("masks").EnumerateArray());
        Assert.Equal([48, 48], mask.GetProperty("segmentation").GetProperty("size").EnumerateArray().Select(s => s.GetInt32()));
        Assert.All(["mask_000.png", "overlay.png", "prediction.json"], f => Assert.True(File.Exists(folder.At("found", f)), f));

        CommandLineRun merge = await CommandLineRun.Of("merge", "--base", s_base, "--adapter", adapter, folder.At("merged.pth"));
        if (merges)
        {
            Assert.True(merge.ExitCode == 0, merge.Error);
            Assert.Equal(0, (await CommandLineRun.Of("inspect", folder.At("merged.pth"))).ExitCode);
        }
        else
        {
            merge.AssertRefused("adapter.safetensors", method, "cannot be merged");
            Assert.False(File.Exists(folder.At("merged.pth")));
        }
    }

    [Fact]
    public async Task Validation_prompts_as_the_training_does_and_as_it_is_told()
    {
        using var folder = new TemporaryFolder();
        string data = DiscFolder.Write(folder);
        async Task<double> Loss(string run, params string[] prompts)
        {
            CommandLineRun train = await CommandLineRun.Of(["train", data, "--base", s_base, "--method", "prompt", "--steps", "1", "--out", folder.At(run), "--json", .. prompts]);
            Assert.True(train.ExitCode == 0, train.Error);
            return train.Json.GetProperty("validationLoss").GetDouble();
        }

        double clicks = await Loss("clicks", "--prompts", "point:1");
        Assert.Equal(clicks, await Loss("clicks_told", "--prompts", "point:1", "--val-prompts", "point"));
        Assert.NotEqual(clicks, await Loss("boxes_told", "--prompts", "point:1", "--val-prompts", "box"));
        Assert.NotEqual(clicks, await Loss("both_told", "--prompts", "point:1", "--val-prompts", "box,point"));
    }

    [Fact]
    public async Task Pictures_are_varied_by_a_preset_from_flag_or_file_and_an_unknown_one_is_refused()
    {
        using var folder = new TemporaryFolder();
        string data = DiscFolder.Write(folder), yaml = folder.At("run.yaml");
        await File.WriteAllTextAsync(yaml, "augment: few-shot\n", TestContext.Current.CancellationToken);
        string[] Arguments(string run, params string[] more) => ["train", data, "--base", s_base, "--method", "prompt", "--steps", "2", "--out", folder.At(run), .. more];
        foreach ((string run, string[] more) in new (string, string[])[] { ("plain", []), ("none", ["--augment", "none"]), ("flag", ["--augment", "few-shot"]), ("file", ["--config", yaml]) })
        {
            CommandLineRun done = await CommandLineRun.Of(Arguments(run, more));
            Assert.True(done.ExitCode == 0, done.Error);
        }

        Assert.Equal(Tensors(folder.At("plain", "adapter.safetensors")), Tensors(folder.At("none", "adapter.safetensors")));
        Assert.Equal(Tensors(folder.At("flag", "adapter.safetensors")), Tensors(folder.At("file", "adapter.safetensors")));
        Assert.NotEqual(Tensors(folder.At("plain", "adapter.safetensors")), Tensors(folder.At("flag", "adapter.safetensors")));
        (await CommandLineRun.Of(Arguments("wrong", "--augment", "wild"))).AssertRefused("--augment", "wild", "none, medical, satellite, few-shot");
    }

    [Fact]
    public async Task Settings_come_from_a_file_with_flags_on_top_and_a_finished_run_is_kept()
    {
        using var folder = new TemporaryFolder();
        string data = DiscFolder.Write(folder), yaml = folder.At("run.yaml");
        await File.WriteAllTextAsync(yaml, $"base: {s_base}\nrank: 2\ntargets: [encoder.q]\nsteps: 9\nhalf: true\n", TestContext.Current.CancellationToken);
        CommandLineRun run = await CommandLineRun.Of("train", data, "--config", yaml, "--steps", "2", "--out", folder.At("run"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(2, run.Json.GetProperty("steps").GetInt32());
        Assert.Contains("\"rank\": 2", await File.ReadAllTextAsync(folder.At("run", "adapter.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        (await CommandLineRun.Of("train", data, "--config", yaml, "--out", folder.At("run"))).AssertRefused("run", "--resume");
    }

    [Fact]
    public async Task A_killed_run_resumes_to_the_same_adapter()
    {
        using var folder = new TemporaryFolder();
        string data = DiscFolder.Write(folder);
        string[] Arguments(string run) => ["train", data, "--base", s_base, "--rank", "2", "--steps", "60", "--validate-every", "2", "--out", folder.At(run), "--json"];
        string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "samtune.exe" : "samtune");
        var start = new ProcessStartInfo(program, Arguments("broken")) { RedirectStandardOutput = true, RedirectStandardError = true };
        using (Process process = Process.Start(start)!)
        {
            // Read on, so that a full pipe does not stop the program before it is killed.
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            string last = folder.At("broken", "last.safetensors");
            DateTime end = DateTime.UtcNow.AddMinutes(2);
            while (!File.Exists(last) && !process.HasExited && DateTime.UtcNow < end)
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            Assert.False(process.HasExited, "the run ended before it could be killed");
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.False(File.Exists(folder.At("broken", "adapter.safetensors")));
        CommandLineRun resumed = await CommandLineRun.Of([.. Arguments("broken"), "--resume"]);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        CommandLineRun whole = await CommandLineRun.Of(Arguments("whole"));
        Assert.True(whole.ExitCode == 0, whole.Error);
        Assert.Equal(Tensors(folder.At("whole", "adapter.safetensors")), Tensors(folder.At("broken", "adapter.safetensors")));
        Assert.Equal(60, File.ReadLines(folder.At("broken", "log.jsonl")).Count());
    }

    [Fact]
    public async Task An_interrupted_run_says_how_to_resume_and_does_on_the_same_base_only()
    {
        using var folder = new TemporaryFolder();
        string log = folder.At("run", "log.jsonl"), other = folder.At("other.safetensors");
        string[] arguments = ["train", DiscFolder.Write(folder), "--base", s_base, "--method", "prompt", "--steps", "40", "--validate-every", "10", "--out", folder.At("run")];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        using var error = new StringWriter();
        Task<int> run = Task.Run(() => Hosting.CommandLineHost.RunAsync(arguments, output, error, stop.Token), TestContext.Current.CancellationToken);
        while (!run.IsCompleted && !(File.Exists(log) && new FileInfo(log).Length > 0))
        {
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        Assert.Equal(Hosting.ExitCode.Cancelled, await run);
        Assert.Empty(output.ToString());
        Assert.Contains("--resume", error.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(folder.At("run", "adapter.safetensors")));

        Assert.Equal(0, (await CommandLineRun.Of("convert", s_base, other, "--half")).ExitCode);
        string[] elsewhere = [.. arguments.Select(a => a == s_base ? other : a), "--resume"];
        (await CommandLineRun.Of(elsewhere)).AssertRefused("run.json", "tiny_sam.safetensors");
        CommandLineRun resumed = await CommandLineRun.Of([.. arguments, "--resume"]);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
    }

    private static string[] Tensors(string path)
    {
        using Checkpoint file = Checkpoint.Open(path);
        return [.. file.Tensors.Select(t =>
        {
            var values = new float[t.ElementCount];
            file.ReadAsFloat32(t.Name, values);
            return t.Name + ":" + string.Join(',', values.Select(BitConverter.SingleToInt32Bits));
        })];
    }
}
