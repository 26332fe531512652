using System.Diagnostics;
using SamTune.Adaptation;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Modeling;
using SamTune.Training;

namespace SamTune.Bench.Benches;

/// <summary>A whole training step (reading, forward, gradients, optimiser) against the Python implementation's.</summary>
internal sealed class TrainingStep : IBench
{
    private const int UsualSide = 256, UsualSteps = 7, Pictures = 2;

    private static readonly (string Name, string Work, MethodConfig Config, bool IsHalf, double Bar)[] s_variants =
    [
        ("full, float32", "full", new FullConfig(), false, 0.80),
        ("LoRA, float32", "lora", new LoraConfig { Rank = 8 }, false, 0.70),
        ("LoRA, bfloat16 products", "lora", new LoraConfig { Rank = 8 }, true, 0.40),
    ];

    /// <inheritdoc/>
    public string Name => "training-step";

    /// <inheritdoc/>
    public string Description => "seconds of a training step of ViT-B on two pictures. Arguments: side (256), steps (7), --reference DIR (a checkout of segment-anything), --python PROGRAM";

    /// <inheritdoc/>
    public bool TakesReference => true;

    /// <inheritdoc/>
    public BenchReport Run(IReadOnlyList<string> arguments)
    {
        IReadOnlyList<string> numbers = Reference.Without(arguments);
        int side = Arguments.Whole(Name, numbers, 0, UsualSide), steps = Arguments.Whole(Name, numbers, 1, UsualSteps);
        var rows = new List<BenchRow>();
        foreach ((string name, string work, MethodConfig config, bool isHalf, double bar) in s_variants)
        {
            using Reference? reference = Reference.Start(arguments, work, side, Pictures);
            (double ours, double? theirs) = Measure(config, isHalf, side, steps, reference);
            rows.Add(new BenchRow(name, FormattableString.Invariant($"{ours:0.00} s")));
            if (theirs is { } seconds)
            {
                rows.Add(new BenchRow($"{work}, Python reference, float32", FormattableString.Invariant($"{seconds:0.00} s")));
                rows.Add(new BenchRow($"{name}, against the reference", FormattableString.Invariant($"{ours / seconds:0.00}"), FormattableString.Invariant($"{bar:0.00}"), ours / seconds <= bar));
            }
        }

        return new BenchReport(
            "Training step",
            FormattableString.Invariant($"ViT-B with random weights at {side} x {side}, two pictures with a box each; LoRA of rank 8 on q and v in all blocks. In turns, medians of {steps} steps after one more."),
            rows);
    }

    private static (double Ours, double? Theirs) Measure(MethodConfig config, bool isHalf, int side, int steps, Reference? reference)
    {
        using var folder = new TemporaryFolder();
        using Sam model = RandomModel.VitB(side);
        using IFineTuning method = FineTuning.Create(config, model, seed: 1);
        List<double> ours = [], theirs = [];
        long last = 0;
        var progress = new EachStep(() =>
        {
            if (last != 0)
            {
                ours.Add(Stopwatch.GetElapsedTime(last).TotalSeconds);
            }

            // Its turn between two of our steps; its first is not counted either.
            if (reference?.Time() is { } seconds && last != 0)
            {
                theirs.Add(seconds);
            }

            last = Stopwatch.GetTimestamp();
        });
        var options = new TrainingOptions { MaxSteps = steps + 1, BatchSize = Pictures, ObjectsPerImage = 1, BFloat16 = isHalf, ValidateEvery = 1000 };
        new Trainer(model, method, new RandomDataset(Pictures, side), validation: null, options, folder.Path, TimeProvider.System).Run(resume: false, progress, CancellationToken.None);
        return (Samples.Percentile(ours, 50), reference is null ? null : Samples.Percentile(theirs, 50));
    }
}
