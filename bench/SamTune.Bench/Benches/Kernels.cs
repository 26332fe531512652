using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;

namespace SamTune.Bench.Benches;

/// <summary>The pieces that a forward pass spends its time in, one by one, timed by BenchmarkDotNet.</summary>
internal sealed class Kernels : IBench
{
    private const int UsualIterations = 9, WarmUps = 2;
    private static readonly TimeSpan s_patience = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public string Name => "kernels";

    /// <inheritdoc/>
    public string Description => "milliseconds of attention, window partition, linear products, preparing a picture and enlarging masks, at ViT-B's sizes. Argument: iterations (9)";

    /// <inheritdoc/>
    public BenchReport Run(IReadOnlyList<string> arguments)
    {
        int iterations = Arguments.Whole(Name, arguments, 0, UsualIterations);
        using var folder = new TemporaryFolder();
        // In this process: one that BenchmarkDotNet builds would lack the native library's mark (eng/NativeLibraries.targets).
        Job job = Job.Default.WithToolchain(new InProcessNoEmitToolchain(s_patience, logOutput: false))
            .WithLaunchCount(1).WithWarmupCount(WarmUps).WithIterationCount(iterations).WithInvocationCount(1).WithUnrollFactor(1);
        Summary summary = BenchmarkRunner.Run<KernelBenchmarks>(ManualConfig.CreateEmpty()
            .AddJob(job).AddLogger(NullLogger.Instance).AddColumnProvider(DefaultColumnProviders.Instance).WithArtifactsPath(folder.Path).WithOptions(ConfigOptions.DisableLogFile));
        return new BenchReport(
            "Kernels",
            $"Pieces of ViT-B's forward pass at 1024 x 1024, float32 unless said otherwise, without gradients; medians of {iterations} calls after {WarmUps} more, with the standard deviation. The linear product takes the 4096 tokens of a picture from 768 to 3072 features.",
            [.. summary.Reports.Select(Row)]);
    }

    private static BenchRow Row(BenchmarkReport report)
    {
        string what = report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\'');
        return report.ResultStatistics is { } statistics
            ? new BenchRow(what, FormattableString.Invariant($"{statistics.Median / 1e6:0.0} ms ± {statistics.StandardDeviation / 1e6:0.0}"))
            : throw new InvalidOperationException($"{what}: no figures; {string.Join(' ', report.ExecuteResults.SelectMany(r => r.Errors))}");
    }
}
