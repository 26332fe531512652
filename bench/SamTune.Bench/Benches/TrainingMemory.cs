using System.Text.Json;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;

namespace SamTune.Bench.Benches;

/// <summary>What a training step takes in memory and time, by method, placement and checkpointing; each in a process of its own.</summary>
internal sealed class TrainingMemory : IBench
{
    private const int UsualSide = 1024;
    private const double CheckpointBar = 0.20, LateBar = 0.20;

    private static readonly TrainingVariant[] s_variants =
    [
        new("full", new FullConfig()),
        new("LoRA", new LoraConfig()),
        new("LoRA, checkpointing", new LoraConfig(), Checkpointing: true),
        new("LoRA from block 8, activations kept", new LoraConfig { FromBlock = 8 }),
        new("LoRA from block 8, activations kept, checkpointing", new LoraConfig { FromBlock = 8 }, Checkpointing: true),
        new("adapters from block 8, activations kept", new AdapterConfig { FromBlock = 8 }),
    ];

    /// <inheritdoc/>
    public string Name => "training-memory";

    /// <inheritdoc/>
    public string Description => "peak memory above the loaded weights and seconds of a training step on ViT-B. Arguments: side (1024), --reference DIR (a checkout of segment-anything), --python PROGRAM";

    /// <inheritdoc/>
    public bool TakesReference => true;

    /// <inheritdoc/>
    public BenchReport Run(IReadOnlyList<string> arguments)
    {
        IReadOnlyList<string> numbers = Reference.Without(arguments);
        int side = Arguments.Whole(Name, numbers, 0, UsualSide);
        if (numbers.Count > 1)
        {
            return ChildBench.Figures(JsonSerializer.Serialize(s_variants[Arguments.Whole(Name, numbers, 1, 1) - 1].Measure(side)));
        }

        (long Bytes, double Seconds)[] found = [.. s_variants.Select((_, i) => TrainingVariant.InProcess(Name, side, i + 1)).Select(c => (c.Bytes, c.Seconds))];
        (long Bytes, double Seconds)? plain = OfReference(arguments, side);
        double Time(int of, int against) => found[of].Seconds / found[against].Seconds;
        return new BenchReport(
            "Training memory",
            $"ViT-B with random weights at {side} x {side}, float32, one picture with one object a step. Peak of resident memory above what the process holds with the base loaded, over {TrainingVariant.Steps} steps; seconds of the last. LoRA is on q and v. The Python reference has the plain attention, all scores at once.",
            [
                .. s_variants.Zip(found, (v, f) => Row(v.Name, f)),
                .. plain is { } reference
                    ? [Row("LoRA, Python reference", reference), Memory("LoRA with checkpointing against the reference without", found[2].Bytes, reference.Bytes, CheckpointBar)]
                    : Array.Empty<BenchRow>(),
                Memory("late LoRA against full", found[3].Bytes, found[0].Bytes, LateBar),
                Memory("late LoRA with checkpointing against full", found[4].Bytes, found[0].Bytes, LateBar),
                Memory("late adapters against full", found[5].Bytes, found[0].Bytes, LateBar),
                new BenchRow("time of a step of LoRA with checkpointing against without", Invariant($"{Time(2, 1):0.00}")),
                new BenchRow("time of a step of late LoRA against full", Invariant($"{Time(3, 0):0.00}")),
                new BenchRow("time of a step of late adapters against full", Invariant($"{Time(5, 0):0.00}")),
            ]);
    }

    private static BenchRow Row(string what, (long Bytes, double Seconds) found) => new(what, Invariant($"{found.Bytes / 1e6:0} MB, {found.Seconds:0.0} s"));

    private static BenchRow Memory(string what, long of, long against, double bar)
    {
        double ratio = (double)of / against;
        return new BenchRow($"memory of {what}", Invariant($"{ratio:0.00}"), Invariant($"{bar:0.00}"), ratio <= bar);
    }

    private static (long Bytes, double Seconds)? OfReference(IReadOnlyList<string> arguments, int side)
    {
        using Reference? reference = Reference.Start(arguments, "lora", side, pictures: 1);
        double seconds = 0;
        for (int step = 0; reference is not null && step < TrainingVariant.Steps; step++)
        {
            seconds = reference.Time();
        }

        return reference is null ? null : (reference.PeakMemory, seconds);
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
