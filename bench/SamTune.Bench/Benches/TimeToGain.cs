using System.Diagnostics;
using System.Text.Json;
using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Cli.Quickstart;
using SamTune.Data.Augmentation;
using SamTune.Data.Datasets;
using SamTune.Data.Prompts;
using SamTune.Evaluation.Comparison;
using SamTune.Training;
using SamTune.Training.State;

namespace SamTune.Bench.Benches;

/// <summary>Time and memory until a method has 95 % of what full fine-tuning gains on real MRI; each in a process of its own.</summary>
internal sealed class TimeToGain : IBench
{
    private const int UsualSteps = 150, ValidateEvery = 5, FirstBlock = 6, Views = 4;
    private const double Share = 0.95, TimeBar = 0.10, MemoryBar = 0.20;
    private const int PromptBar = 100;
    private static readonly string[] s_tasks = ["colin27_brain_hull_coronal", "colin27_putamen_sagittal", "colin27_hippocampus_sagittal"];

    private static readonly (string Name, MethodConfig Config, bool Keeps)[] s_variants =
    [
        ("full", new FullConfig(), false),
        ("LoRA, all blocks", new LoraConfig(), false),
        ($"LoRA from block {FirstBlock}, activations kept", new LoraConfig { FromBlock = FirstBlock }, true),
        ($"adapters from block {FirstBlock}, activations kept", new AdapterConfig { FromBlock = FirstBlock }, true),
        ("LoRA in the decoder, embeddings kept", new LoraConfig { Targets = ["decoder.q", "decoder.v"] }, true),
        ("prompt tuning, embeddings kept", new PromptTuningConfig(), true),
    ];

    /// <inheritdoc/>
    public string Name => "time-to-gain";

    /// <inheritdoc/>
    public string Description => "seconds, steps and memory until 95 % of full fine-tuning's gain in Dice on the MRI tasks in the repository. Arguments: steps (150), box (default) or point";

    /// <inheritdoc/>
    public BenchReport Run(IReadOnlyList<string> arguments)
    {
        int steps = Arguments.Whole(Name, arguments, 0, UsualSteps);
        PromptKind kind = arguments.Count > 1 ? Enum.Parse<PromptKind>(arguments[1], ignoreCase: true) : PromptKind.Box;
        if (arguments.Count > 2)
        {
            return ChildBench.Figures(JsonSerializer.Serialize(Train(s_variants[Arguments.Whole(Name, arguments, 2, 1) - 1], steps, kind)));
        }

        Curve[] curves = [.. s_variants.Select((_, i) => JsonSerializer.Deserialize<Curve>(ChildBench.Run(Name, $"{steps}", $"{kind}", $"{i + 1}"))!)];
        Curve full = curves[0];
        double start = full.Points[0].Dice, gain = full.Points.Max(p => p.Dice) - start, target = start + (Share * gain);
        var rows = new List<BenchRow> { new("Dice before; best of full; 95 % of its gain", FormattableString.Invariant($"{start:0.000}; {start + gain:0.000}; {target:0.000}")) };
        double fullSeconds = Reached(full, target)!.Seconds;
        foreach (((string name, MethodConfig config, bool keeps), Curve curve) in s_variants.Zip(curves))
        {
            CurvePoint? reached = Reached(curve, target);
            rows.Add(new BenchRow(
                $"{name}: seconds and steps to there; best Dice; memory",
                FormattableString.Invariant($"{(reached is null ? "not reached" : $"{reached.Seconds:0.0} s, {reached.Step} steps")}; {curve.Points.Max(p => p.Dice):0.000}; {curve.PeakBytes / 1e6:0} MB")));
            if (keeps && config is not PromptTuningConfig)
            {
                rows.Add(Ratio($"{name}: time against full", reached is null ? double.PositiveInfinity : reached.Seconds / fullSeconds, TimeBar));
                rows.Add(Ratio($"{name}: memory against full", (double)curve.PeakBytes / full.PeakBytes, MemoryBar));
            }
        }

        rows.Add(OwnGain(curves[^1]));
        return new BenchReport(
            "Time to 95 % of full's gain",
            FormattableString.Invariant($"sam_tiny on {string.Join(", ", s_tasks)}: {steps} steps of 4 pictures, prompts of kind {kind}, preset 'medical'; where activations are kept, {Views} variations of each picture. Dice on the tasks' validation slices, every {ValidateEvery} steps; seconds without validation; memory above the loaded base."),
            rows);
    }

    private static BenchRow Ratio(string what, double ratio, double bar) =>
        new(what, double.IsFinite(ratio) ? FormattableString.Invariant($"{ratio:0.00}") : "not reached", FormattableString.Invariant($"{bar:0.00}"), ratio <= bar);

    private static BenchRow OwnGain(Curve curve)
    {
        int? steps = GainReach.Of(curve.Points, Share).Steps;
        return new BenchRow("prompt tuning: steps to 95 % of its own gain", steps is null ? "no gain" : $"{steps}", $"under {PromptBar}", steps < PromptBar);
    }

    private static CurvePoint? Reached(Curve curve, double dice) => curve.Points.FirstOrDefault(p => p.Dice >= dice);

    private static Curve Train((string Name, MethodConfig Config, bool Keeps) variant, int steps, PromptKind kind) => TinyTraining.Run(variant.Config, seed: 1, (model, method, folder) =>
    {
        var options = new TrainingOptions
        {
            Epochs = int.MaxValue / 1000,
            MaxSteps = steps,
            BatchSize = 4,
            LearningRate = QuickstartPlan.RateOf(variant.Config),
            Prompts = PromptMixture.Only(kind),
            ValidateEvery = ValidateEvery,
            ValidateFirst = true,
            ValidationPrompts = [kind],
            Augmentation = AugmentationSpec.Medical,
            Views = variant.Keeps ? Views : null,
        };
        ISegmentationDataset train = Open("train"), validation = Open("val");
        var memory = new ResidentMemory();
        var clock = new StepClock();
        TrainingResult result = new Trainer(model, method, train, validation, options, folder, TimeProvider.System).Run(resume: false, clock, CancellationToken.None);
        return new Curve([.. result.Validations.Select(v => new CurvePoint(v.Step, clock.SecondsTo(v.Step), v.Loss, v.Dice))], memory.Peak);
    });

    private static ConcatDataset Open(string split)
    {
        TaskFile tasks = TaskFile.Read(RepositoryFolder.At("data", "mri", "tasks.json"));
        return new ConcatDataset([.. s_tasks.Select(t => (ISegmentationDataset)tasks.Open(t, split, QuickstartPlan.Preprocessing, QuickstartPlan.Objects))], split);
    }

    /// <summary>Seconds of the steps alone: a step with a validation behind it counts as the median of the others.</summary>
    private sealed class StepClock : IProgress<TrainingProgress>
    {
        private readonly List<double?> _seconds = [];
        private long _last = Stopwatch.GetTimestamp();

        public void Report(TrainingProgress value)
        {
            double seconds = Stopwatch.GetElapsedTime(_last).TotalSeconds;
            // The first also holds the validation before all steps.
            _seconds.Add(value.Validation is null && value.Step > 1 ? seconds : null);
            _last = Stopwatch.GetTimestamp();
        }

        public double SecondsTo(int step)
        {
            double usual = Samples.Percentile([.. _seconds.OfType<double>()], 50);
            return _seconds.Take(step).Sum(s => s ?? usual);
        }
    }

    private sealed record Curve(IReadOnlyList<CurvePoint> Points, long PeakBytes);
}
