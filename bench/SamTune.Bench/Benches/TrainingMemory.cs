using System.Diagnostics;
using System.Globalization;
using SamTune.Adaptation;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Modeling;
using SamTune.Training;

namespace SamTune.Bench.Benches;

/// <summary>What a training step takes in memory and time, by method, placement and checkpointing; each in a process of its own.</summary>
internal sealed class TrainingMemory : IBench
{
    private const int UsualSide = 1024;
    private const int Steps = 3;
    private const double CheckpointBar = 0.20, LateBar = 0.20;

    // Linux, proc(5): writing 5 to clear_refs resets the peak that /proc/self/status calls VmHWM.
    private const string ResetFile = "/proc/self/clear_refs";

    private static readonly (string Name, MethodConfig Config, bool Checkpointing)[] s_variants =
    [
        ("full", new FullConfig(), false),
        ("LoRA", new LoraConfig(), false),
        ("LoRA, checkpointing", new LoraConfig(), true),
        ("LoRA from block 8, activations kept", new LoraConfig { FromBlock = 8 }, false),
        ("LoRA from block 8, activations kept, checkpointing", new LoraConfig { FromBlock = 8 }, true),
    ];

    /// <inheritdoc/>
    public string Name => "training-memory";

    /// <inheritdoc/>
    public string Description => "peak memory above the loaded weights and seconds of a training step on ViT-B. Argument: side of the input (1024)";

    /// <inheritdoc/>
    public BenchReport Run(IReadOnlyList<string> arguments)
    {
        int side = Arguments.Whole(Name, arguments, 0, UsualSide);
        if (arguments.Count > 1)
        {
            (long bytes, double seconds) = Measure(s_variants[Arguments.Whole(Name, arguments, 1, 1) - 1], side);
            return new BenchReport(Invariant($"{bytes} {seconds}"), "", []);
        }

        (long Bytes, double Seconds)[] found = [.. s_variants.Select((_, i) => InProcess(side, i + 1))];
        double Memory(int of, int against) => (double)found[of].Bytes / found[against].Bytes;
        double Time(int of, int against) => found[of].Seconds / found[against].Seconds;
        return new BenchReport(
            "Training memory",
            $"ViT-B with random weights at {side} x {side}, float32, one picture with one object a step. Peak of resident memory above what the process holds with the base loaded, over {Steps} steps; seconds of the last. LoRA is on q and v; its attention is the plain product, as in full fine-tuning.",
            [
                .. s_variants.Zip(found, (v, f) => new BenchRow(v.Name, Invariant($"{f.Bytes / 1e6:0} MB, {f.Seconds:0.0} s"))),
                new BenchRow("memory of LoRA with checkpointing against without", Invariant($"{Memory(2, 1):0.00}"), Invariant($"{CheckpointBar:0.00}"), Memory(2, 1) <= CheckpointBar),
                new BenchRow("memory of late LoRA against full", Invariant($"{Memory(3, 0):0.00}"), Invariant($"{LateBar:0.00}"), Memory(3, 0) <= LateBar),
                new BenchRow("memory of late LoRA with checkpointing against full", Invariant($"{Memory(4, 0):0.00}"), Invariant($"{LateBar:0.00}"), Memory(4, 0) <= LateBar),
                new BenchRow("time of a step of late LoRA against full", Invariant($"{Time(3, 0):0.00}")),
            ]);
    }

    // The child prints its figures as the title of an empty report.
    private (long Bytes, double Seconds) InProcess(int side, int variant)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Name, Invariant($"{side}"), Invariant($"{variant}")]) { RedirectStandardOutput = true };
        using Process child = Process.Start(start)!;
        string text = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        string[] words = child.ExitCode == 0 ? text.Split('\n')[0].TrimStart('#', ' ').Split(' ') : throw new InvalidOperationException($"{s_variants[variant - 1].Name}: the process ended with code {child.ExitCode}.");
        return (long.Parse(words[0], CultureInfo.InvariantCulture), double.Parse(words[1], CultureInfo.InvariantCulture));
    }

    private static (long Bytes, double Seconds) Measure((string Name, MethodConfig Config, bool Checkpointing) variant, int side)
    {
        string folder = Directory.CreateTempSubdirectory("samtune-bench-").FullName;
        try
        {
            using Sam model = RandomModel.VitB(side);
            using IFineTuning method = FineTuning.Create(variant.Config, model, seed: 1);
            using var process = Process.GetCurrentProcess();
            long before = process.WorkingSet64;
            if (File.Exists(ResetFile))
            {
                File.WriteAllText(ResetFile, "5");
            }

            long last = 0;
            double seconds = 0;
            long peak = 0;
            var progress = new Each(() =>
            {
                // Before the run is saved: that is memory for a moment, and the same share for all.
                process.Refresh();
                peak = process.PeakWorkingSet64;
                seconds = last == 0 ? 0 : Stopwatch.GetElapsedTime(last).TotalSeconds;
                last = Stopwatch.GetTimestamp();
            });
            var options = new TrainingOptions { Epochs = Steps, BatchSize = 1, ObjectsPerImage = 1, Checkpointing = variant.Checkpointing, ValidateEvery = 1000 };
            new Trainer(model, method, new RandomDataset(1, side), validation: null, options, folder, TimeProvider.System).Run(resume: false, progress, CancellationToken.None);
            return (peak - before, seconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private sealed class Each(Action action) : IProgress<Training.State.TrainingProgress>
    {
        public void Report(Training.State.TrainingProgress value) => action();
    }
}
