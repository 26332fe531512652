using System.Diagnostics;
using SamTune.Testing;

namespace SamTune.Cli.Tests.Advice;

/// <summary>The memory that 'dataset check' forecasts against what a training in a process of its own took. Minutes: of the long category.</summary>
[Trait("Category", "Long")]
public sealed class ForecastPeakTests
{
    private const double Tolerance = 0.20;

    [Theory]
    [InlineData("full", "--batch 2")]
    [InlineData("full", "--batch 6")]
    [InlineData("lora", "--batch 2")]
    [InlineData("lora", "--batch 2 --input-size 512")]
    [InlineData("lora", "--batch 4 --from-block 6")]
    [InlineData("adapters", "--batch 4")]
    [InlineData("lora", "--batch 8 --checkpointing")]
    [InlineData("prompt", "--batch 4")]
    public async Task A_run_takes_the_memory_that_was_forecast(string method, string settings)
    {
        using var folder = new TemporaryFolder();
        string[] common = [RepositoryFiles.At("data", "mri"), "--task", "colin27_brain_axial", "--base", "sam_tiny", "--method", method, .. settings.Split(' ')];
        CommandLineRun check = await CommandLineRun.Of(["dataset", "check", .. common, "--json"]);
        double forecast = check.Json.GetProperty("forecast").GetProperty("memoryBytes").GetInt64();

        double measured = await PeakAsync(["train", .. common, "--steps", "6", "--out", folder.At("run")]);

        Assert.InRange(forecast / measured, 1 - Tolerance, 1 + Tolerance);
    }

    [Theory]
    [InlineData("full", "--batch 6", 0.75e9)]
    [InlineData("lora", "--batch 4 --input-size 512 --corrective-rounds 1", 1.0e9)]
    public async Task A_run_keeps_to_its_limit_which_alone_it_would_not(string method, string settings, double limit)
    {
        using var folder = new TemporaryFolder();
        string[] common = ["train", RepositoryFiles.At("data", "mri"), "--task", "colin27_brain_axial", "--base", "sam_tiny", "--method", method, .. settings.Split(' '), "--steps", "4", "--val-share", "0"];
        double free = await PeakAsync([.. common, "--out", folder.At("free")]);
        double bound = await PeakAsync([.. common, "--memory-limit", $"{(long)limit}", "--out", folder.At("bound")]);
        Assert.True(free > limit, $"{free / 1e9:0.00} GB without a limit");
        Assert.True(bound <= limit, $"{bound / 1e9:0.00} GB with one");
    }

    /// <summary>Largest resident memory of the program, as the system counts it (proc(5), VmHWM), in bytes.</summary>
    private static async Task<long> PeakAsync(string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "samtune"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        long peak = 0;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, PeakSoFar(process));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.True(process.ExitCode == 0, $"{await error}{await output}");
        Assert.True(peak > 0, "ended before its memory was read");
        return peak;
    }

    private static long PeakSoFar(Process process)
    {
        try
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException) when (process.HasExited)
        {
            // Ended since it was asked; what it took was read 20 ms before.
            return 0;
        }
    }
}
