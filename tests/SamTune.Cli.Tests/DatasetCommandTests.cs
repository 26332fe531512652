using System.Text.Json;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed class DatasetCommandTests : IDisposable
{
    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_clean_data_set_passes_with_a_forecast()
    {
        string data = DiscFolder.Write(folder, count: 6);
        CommandLineRun run = await CommandLineRun.Of("dataset", "check", data, "--base", s_base, "--method", "full", "--epochs", "3", "--json");
        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        Assert.Equal((0, 6), (run.Json.GetProperty("errors").GetInt32(), run.Json.GetProperty("parts")[0].GetProperty("pictures").GetInt32()));
        JsonElement forecast = run.Json.GetProperty("forecast");
        Assert.Equal(("full", 3, 6), (forecast.GetProperty("method").GetString(), forecast.GetProperty("epochs").GetInt32(), forecast.GetProperty("pictures").GetInt32()));
        Assert.True(forecast.GetProperty("memoryBytes").GetInt64() > 0 && forecast.GetProperty("totalSeconds").GetDouble() > 0);
        CommandLineRun text = await CommandLineRun.Of("dataset", "check", data);
        Assert.Equal(0, text.ExitCode);
        Assert.Contains("0 error(s)", text.Output, StringComparison.Ordinal);
        Assert.Contains("lora on vit_b at 1024, batch 2: about", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_end_with_2_and_stand_in_the_answer_all_the_same()
    {
        string data = DiscFolder.Write(folder, count: 6);
        File.Delete(Path.Combine(data, "masks", "p3.png"));
        CommandLineRun run = await CommandLineRun.Of("dataset", "check", data, "--json");
        Assert.Equal(Hosting.ExitCode.BadInput, run.ExitCode);
        JsonElement problem = Assert.Single(run.Json.GetProperty("problems").EnumerateArray());
        Assert.Equal(("error", "unpaired"), (problem.GetProperty("severity").GetString(), problem.GetProperty("code").GetString()));
        Assert.Contains("error: ", (await CommandLineRun.Of("dataset", "check", data)).Output, StringComparison.Ordinal);
        (await CommandLineRun.Of("dataset", "check", folder.At("nowhere"))).AssertRefused("nowhere", "no such folder");
        (await CommandLineRun.Of("dataset", "check", data, "--batch", "0")).AssertRefused("--batch");
        (await CommandLineRun.Of("dataset", "check", data, "--objects", "0")).AssertRefused("--objects");
        (await CommandLineRun.Of("dataset", "check", data, "--memory-limit", "1MB")).AssertRefused("--memory-limit", "at an input side of");
        (await CommandLineRun.Of("dataset", "check", data, "--method", "auto")).AssertRefused("--method", "auto");
    }

    [Fact]
    public async Task A_forecast_is_of_what_train_would_choose_to_fit_a_limit()
    {
        string data = DiscFolder.Write(folder, "limited", count: 12);
        string[] flags = ["dataset", "check", data, "--base", "sam_tiny", "--method", "lora", "--batch", "8", "--json"];
        JsonElement free = (await CommandLineRun.Of(flags)).Json.GetProperty("forecast"), bound = (await CommandLineRun.Of([.. flags, "--memory-limit", "450MB"])).Json.GetProperty("forecast");
        JsonElement more = (await CommandLineRun.Of([.. flags, "--corrective-rounds", "1"])).Json.GetProperty("forecast");
        Assert.Equal(8, free.GetProperty("batch").GetInt32());
        Assert.InRange(free.GetProperty("memoryBytes").GetInt64(), 450_000_001, long.MaxValue);
        Assert.InRange(bound.GetProperty("memoryBytes").GetInt64(), 1, 450_000_000);
        Assert.Equal(8, bound.GetProperty("batch").GetInt32() * bound.GetProperty("accumulationSteps").GetInt32());
        Assert.True(more.GetProperty("memoryBytes").GetInt64() > free.GetProperty("memoryBytes").GetInt64());
    }

    [Fact]
    public async Task A_preview_is_drawn_alike_from_the_same_seed_and_shows_outlines_and_padding()
    {
        string data = DiscFolder.Write(folder, "square", count: 3);
        string[] Arguments(string name, params string[] more) => ["dataset", "preview", data, "--out", folder.At(name), "--input-size", "96", "--count", "3", "--columns", "3", .. more];
        foreach ((string name, string[] more) in new (string, string[])[] { ("a.png", []), ("b.png", []), ("c.png", ["--augment", "few-shot"]), ("d.png", ["--augment", "few-shot"]), ("e.png", ["--augment", "few-shot", "--seed", "2"]) })
        {
            CommandLineRun run = await CommandLineRun.Of(Arguments(name, more));
            Assert.True(run.ExitCode == 0, run.Error);
            Assert.Contains("p0", run.Output, StringComparison.Ordinal);
        }

        byte[] Pixels(string name) => ImageReader.ReadRgb(folder.At(name)).Pixels;
        Assert.Equal(Pixels("a.png"), Pixels("b.png"));
        Assert.Equal(Pixels("c.png"), Pixels("d.png"));
        Assert.NotEqual(Pixels("a.png"), Pixels("c.png"));
        Assert.NotEqual(Pixels("c.png"), Pixels("e.png"));
        Assert.Equal(new ImageSize(96, (3 * 96) + (2 * 4)), ImageReader.ReadRgb(folder.At("a.png")).Size);
        // The outline's green is on the sheet; a square picture is not padded, a wide one is.
        Assert.Contains(Pixels("a.png").Chunk(3), p => p is [0, 158, 115]);
        Assert.Equal(0, (await CommandLineRun.Of(Arguments("small.png", "--cell", "24"))).ExitCode);
        Assert.Contains(Pixels("small.png").Chunk(3), p => p is [0, 158, 115]);

        Directory.CreateDirectory(folder.At("wide", "images"));
        Directory.CreateDirectory(folder.At("wide", "masks"));
        ImageWriter.WriteRgbPng(folder.At("wide", "images", "w.png"), new RgbImage(new ImageSize(10, 40), [.. Enumerable.Repeat((byte)9, 1200)]));
        ImageWriter.WriteMaskPng(folder.At("wide", "masks", "w.png"), new BinaryMask(new ImageSize(10, 40), [.. Enumerable.Repeat((byte)1, 400)]));
        Assert.Equal(0, (await CommandLineRun.Of("dataset", "preview", folder.At("wide"), "--out", folder.At("w.png"), "--input-size", "80")).ExitCode);
        RgbImage wide = ImageReader.ReadRgb(folder.At("w.png"));
        Assert.Equal([124, 116, 104], wide.Pixels[^3..]);
        Assert.Equal([9, 9, 9], wide.Pixels.AsSpan(3 * ((10 * 80) + 40), 3).ToArray());
        (await CommandLineRun.Of(Arguments("f.png", "--augment", "wild"))).AssertRefused("--augment", "wild");
    }

    [Fact]
    public async Task Advice_names_its_reasons_and_a_command_that_runs()
    {
        string data = DiscFolder.Write(folder, count: 6);
        CommandLineRun run = await CommandLineRun.Of("advise", data, "--base", s_base, "--profile", "microscopy", "--memory", "4GB", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(("lora", 4, 100, 5), (
            run.Json.GetProperty("method").GetString(), run.Json.GetProperty("pictures").GetInt32(), run.Json.GetProperty("epochs").GetInt32(), run.Json.GetProperty("patience").GetInt32()));
        Assert.NotEmpty(run.Json.GetProperty("reasons").EnumerateArray());
        string command = run.Json.GetProperty("command").GetString()!;
        Assert.Contains(command, (await CommandLineRun.Of("advise", data, "--base", s_base, "--profile", "microscopy", "--memory", "4GB")).Output, StringComparison.Ordinal);

        string[] words = [.. command.Split(' ').Skip(1).TakeWhile(w => w != "--out"), "--out", folder.At("run"), "--steps", "1"];
        CommandLineRun train = await CommandLineRun.Of(words);
        Assert.True(train.ExitCode == 0, train.Error);
        string manifest = await File.ReadAllTextAsync(folder.At("run", "adapter.json"), TestContext.Current.CancellationToken);
        Assert.Contains("\"rank\": 4", manifest, StringComparison.Ordinal);
        Assert.Contains("\"domain\": \"microscopy\"", manifest, StringComparison.Ordinal);
        (await CommandLineRun.Of("advise", data, "--memory", "much")).AssertRefused("--memory", "much");
    }

    [Fact]
    public async Task The_method_auto_follows_the_advice_and_says_so()
    {
        string data = DiscFolder.Write(folder, count: 6);
        CommandLineRun run = await CommandLineRun.Of("train", data, "--base", s_base, "--method", "auto", "--steps", "1", "--out", folder.At("run"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("lora", run.Json.GetProperty("method").GetString());
        Assert.Contains("advice: lora, rank 4: 4 pictures, fewer than 100", run.Error, StringComparison.Ordinal);
        Assert.Contains("--patience 5", run.Error, StringComparison.Ordinal);
        (await CommandLineRun.Of("train", data, "--base", s_base, "--method", "auto", "--rank", "2", "--out", folder.At("other"))).AssertRefused("--rank", "lora", "auto");
    }

    [Fact]
    public async Task A_task_of_a_scene_trains_in_the_satellite_profile_and_is_measured_in_it_only()
    {
        var size = new ImageSize(48, 64);
        ImageWriter.WriteRgbPng(folder.At("scene.png"), new RgbImage(size, [.. Enumerable.Range(0, 48 * 64 * 3).Select(i => (byte)((i / 3 % 64 < 30 ? 160 : 30) + (i % 13)))]));
        ImageWriter.WriteMaskPng(folder.At("land.png"), new BinaryMask(size, [.. Enumerable.Range(0, 48 * 64).Select(i => (byte)(i % 64 < 30 ? 1 : 0))]));
        await File.WriteAllTextAsync(folder.At("tasks.json"), """
            { "image": "scene.png", "bands": ["red", "green", "blue"], "pixel_m": 0.5, "tasks": { "land": { "mask": "land.png" }, "fields": { "mask": "land.png" } },
              "tiles": { "train": [ { "row": 0, "col": 0, "size": 32 }, { "row": 0, "col": 10, "size": 32 } ], "val": [ { "row": 16, "col": 16, "size": 32 } ], "test": [ { "row": 16, "col": 5, "size": 32 } ] } }
            """, TestContext.Current.CancellationToken);
        string[] data = ["train", folder.FullPath, "--task", "land", "--base", s_base, "--method", "prompt", "--steps", "1"];
        CommandLineRun train = await CommandLineRun.Of([.. data, "--out", folder.At("run")]);
        Assert.True(train.ExitCode == 0, train.Error);
        Assert.Contains("warning: land/val", train.Error, StringComparison.Ordinal);
        Assert.Contains("\"domain\": \"satellite\"", await File.ReadAllTextAsync(folder.At("run", "adapter.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        CommandLineRun predict = await CommandLineRun.Of(
            "predict", folder.At("scene.png"), "--base", s_base, "--adapter", folder.At("run", "adapter.safetensors"), "--profile", "thermal", "--out", folder.At("found"));
        predict.AssertRefused("--profile", "thermal (percentile", "satellite (near infrared drop");
        CommandLineRun evaluate = await CommandLineRun.Of(
            "evaluate", folder.FullPath, "--task", "land", "--base", s_base, "--adapter", folder.At("run", "adapter.safetensors"), "--prompts", "none", "--clicks", "0", "--out", folder.At("report"), "--json");
        Assert.True(evaluate.ExitCode == 0, evaluate.Error);
        Assert.Equal(1, evaluate.Json.GetProperty("pictures").GetInt32());
        (await CommandLineRun.Of("train", folder.FullPath, "--base", s_base, "--out", folder.At("other"))).AssertRefused("tasks.json", "--task");
        (await CommandLineRun.Of("train", folder.FullPath, "--task", "sea", "--base", s_base, "--out", folder.At("other"))).AssertRefused("sea", "land");
    }
}
