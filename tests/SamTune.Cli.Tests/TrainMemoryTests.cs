using System.Text.Json;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed class TrainMemoryTests
{
    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");

    [Fact]
    public async Task A_late_adapter_says_so_and_a_second_run_takes_the_frozen_part_from_the_cache()
    {
        using var folder = new TemporaryFolder();
        string data = DiscFolder.Write(folder);
        Task<CommandLineRun> Train(string run) => CommandLineRun.Of(
            "train", data, "--base", s_base, "--method", "adapters", "--from-block", "2", "--checkpointing", "--steps", "3", "--cache", folder.At("cache"), "--out", folder.At(run), "--json");
        CommandLineRun first = await Train("a"), second = await Train("b");
        Assert.True(second.ExitCode == 0, second.Error);
        Assert.True(first.Json.GetProperty("cache").GetProperty("computed").GetInt32() > 0);
        Assert.Equal(0, second.Json.GetProperty("cache").GetProperty("computed").GetInt32());
        Assert.Contains("0 pictures computed", second.Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(folder.At("a", "adapter.safetensors")), File.ReadAllBytes(folder.At("b", "adapter.safetensors")));

        CommandLineRun inspect = await CommandLineRun.Of("inspect", folder.At("a", "adapter.safetensors"), "--json");
        JsonElement method = inspect.Json.GetProperty("manifest").GetProperty("method");
        Assert.Equal(2, method.GetProperty("from_block").GetInt32());
        CommandLineRun evaluate = await CommandLineRun.Of("evaluate", data, "--base", s_base, "--adapter", folder.At("a", "adapter.safetensors"), "--prompts", "box", "--out", folder.At("report"));
        Assert.True(evaluate.ExitCode == 0, evaluate.Error);
    }

    [Fact]
    public async Task A_memory_limit_says_what_it_chose_and_the_run_keeps_to_it()
    {
        using var folder = new TemporaryFolder();
        CommandLineRun run = await CommandLineRun.Of(
            "train", DiscFolder.Write(folder), "--base", s_base, "--steps", "1", "--memory-limit", "2GiB", "--augment", "few-shot", "--from-block", "3", "--out", folder.At("run"));
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("of 2.1 GB with batch 2, 1 passes a step, no checkpointing; up to", run.Error, StringComparison.Ordinal);
        Assert.Contains("--views 8", run.Error, StringComparison.Ordinal);
    }
}
