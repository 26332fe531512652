using System.Text.Json;
using SamTune.Adaptation;
using SamTune.Artifacts;
using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;
using SamTune.Data.Prompts;
using SamTune.Evaluation;
using SamTune.Evaluation.Baselines;
using SamTune.Evaluation.Metrics;
using SamTune.Evaluation.Reports;
using SamTune.Evaluation.Statistics;
using SamTune.Inference;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using SamTune.Training;
using SamTune.Training.State;

namespace SamTune.Cli.Quickstart;

/// <summary>Runs the quickstart: a base from nothing, then each method from that base, measured on slices none of them saw.</summary>
/// <param name="plan">What is trained.</param>
/// <param name="data">Folder with the MRI volumes and tasks.json.</param>
/// <param name="folder">Where checkpoints, artifacts and logs go.</param>
/// <param name="time">Where durations come from.</param>
/// <param name="say">Told what happens, line by line.</param>
internal sealed class QuickstartRun(QuickstartPlan plan, string data, string folder, TimeProvider time, Action<string> say)
{
    private static readonly EvaluationOptions s_measure = new() { Prompts = [PromptKind.Box, PromptKind.Point], Clicks = 0 };

    /// <summary>Does everything.</summary>
    /// <param name="progress">Told of every training step, with the name of what is trained.</param>
    /// <param name="cancel">Stops after the current step.</param>
    public QuickstartReport Run(Action<string, TrainingProgress> progress, CancellationToken cancel)
    {
        string basePath = Path.Combine(folder, "base.safetensors");
        long started = time.GetTimestamp();
        long parameters = TrainBase(basePath, progress, cancel);
        double baseSeconds = time.GetElapsedTime(started).TotalSeconds;

        NiftiSliceDataset train = Open(QuickstartPlan.AdaptedTask, "train"), test = Open(QuickstartPlan.AdaptedTask, "test");
        EvaluationResult own, zeroShot;
        string fingerprint;
        using (Sam model = SamLoader.Load(basePath))
        {
            own = Measure(model, NoAdaptation.Instance, Open(QuickstartPlan.BaseTask, "test"), cancel);
            zeroShot = Measure(model, NoAdaptation.Instance, test, cancel);
            fingerprint = SamFingerprint.Compute(model);
        }

        say($"Base on its own task: Dice {Box(own):f3} with a box. Zero-shot on {QuickstartPlan.AdaptedTask}: {Box(zeroShot):f3} with a box, {Point(zeroShot):f3} with one click.");
        var rows = new List<QuickstartRow>();
        foreach ((MethodConfig config, double rate) in QuickstartPlan.Methods)
        {
            rows.Add(Adapt(config, rate, basePath, fingerprint, train, test, zeroShot, progress, cancel));
        }

        return new QuickstartReport
        {
            BaseTask = QuickstartPlan.BaseTask,
            AdaptedTask = QuickstartPlan.AdaptedTask,
            Seed = plan.Seed,
            BaseParameters = parameters,
            BaseSeconds = baseSeconds,
            BaseOwnDice = Box(own),
            TestSlices = test.Samples.Count,
            Baselines = Baselines(test),
            ZeroShotBoxDice = Box(zeroShot),
            ZeroShotPointDice = Point(zeroShot),
            Methods = rows,
        };
    }

    private long TrainBase(string path, Action<string, TrainingProgress> progress, CancellationToken cancel)
    {
        using var model = new Sam(QuickstartPlan.Architecture);
        SamInitializer.Initialize(model, plan.Seed);
        using IFineTuning everything = FineTuning.Create(new Adaptation.Full.FullConfig(), model, plan.Seed);
        NiftiSliceDataset train = Open(QuickstartPlan.BaseTask, "train"), validation = Open(QuickstartPlan.BaseTask, "val");
        say($"Training a small SAM ({everything.ParameterCount():n0} parameters) from nothing on {QuickstartPlan.BaseTask}: {train.Samples.Count} slices, {plan.BaseSteps} steps.");
        TrainingResult result = new Trainer(model, everything, train, validation, plan.BaseOptions, Path.Combine(folder, "base"), time)
            .Run(resume: true, Watch("base", progress), cancel);
        cancel.ThrowIfCancellationRequested();
        SamLoader.Save(model, path);
        return everything.ParameterCount();
    }

    private QuickstartRow Adapt(
        MethodConfig config, double rate, string basePath, string fingerprint, NiftiSliceDataset train, NiftiSliceDataset test, EvaluationResult before,
        Action<string, TrainingProgress> progress, CancellationToken cancel)
    {
        using Sam model = SamLoader.Load(basePath);
        using IFineTuning method = FineTuning.Create(config, model, plan.Seed);
        say($"Fine-tuning by {config.Method}: {method.ParameterCount():n0} parameters.");
        PeakMemory.Mark();
        long started = time.GetTimestamp();
        TrainingOptions options = plan.MethodOptions(rate);
        TrainingResult result = new Trainer(model, method, train, Open(QuickstartPlan.AdaptedTask, "val"), options, Path.Combine(folder, config.Method), time)
            .Run(resume: true, Watch(config.Method, progress), cancel);
        cancel.ThrowIfCancellationRequested();
        double seconds = time.GetElapsedTime(started).TotalSeconds;
        long peak = PeakMemory.Read();

        EvaluationResult after = Measure(model, method.Adaptation, test, cancel);
        string artifact = Path.Combine(folder, $"{config.Method}.safetensors");
        ArtifactFile.Save(artifact, method, new ArtifactManifest
        {
            Method = config,
            BaseName = Path.GetFileName(basePath),
            BaseSha256 = fingerprint,
            InputSide = model.InputSide,
            Preprocessing = JsonDocument.Parse(PreprocessingSpec.Mri.ToJson()).RootElement,
            Dataset = new DatasetSummary(QuickstartPlan.AdaptedTask, new Dictionary<string, int> { ["train"] = train.Samples.Count, ["test"] = test.Samples.Count }),
            Metrics = new Dictionary<string, double> { ["zero_shot_box_dice"] = Box(before), ["box_dice"] = Box(after), ["point_dice"] = Point(after) },
            TrainedParameters = method.ParameterCount(),
            ToolVersion = typeof(QuickstartRun).Assembly.GetName().Version!.ToString(),
        });
        using Sam fresh = SamLoader.Load(basePath);
        using IFineTuning loaded = ArtifactFile.Load(artifact, fresh, fingerprint, Path.GetFileName(basePath));
        EvaluationResult again = Measure(fresh, loaded.Adaptation, test, cancel);
        say($"  Dice with a box {Box(before):f3} -> {Box(after):f3}, with one click {Point(before):f3} -> {Point(after):f3}, {result.Steps} steps in {seconds:f0} s.");
        return new QuickstartRow(
            config.Method, method.ParameterCount(), new FileInfo(artifact).Length, result.Steps, seconds, peak,
            Box(before), Box(after), Point(before), Point(after), after.Scores.SequenceEqual(again.Scores));
    }

    private NiftiSliceDataset Open(string task, string split) => MriTask.Open(data, task, split, PreprocessingSpec.Mri);

    private static EvaluationResult Measure(Sam model, IModelAdaptation adaptation, ISegmentationDataset test, CancellationToken cancel)
    {
        using var predictor = new SamPredictor(model, adaptation);
        return new Evaluator(predictor, s_measure).Run(test, null, cancel);
    }

    private static BaselineScore[] Baselines(NiftiSliceDataset test)
    {
        List<double> box = [], otsu = [];
        List<string> groups = [];
        for (int i = 0; i < test.Samples.Count; i++)
        {
            Sample sample = test.Load(i);
            foreach (ObjectMask truth in sample.Objects)
            {
                box.Add(OverlapMetrics.Dice(FilledBox.Predict(truth.Mask), truth.Mask));
                otsu.Add(OverlapMetrics.Dice(OtsuInBox.Predict(sample.Image, truth.Mask), truth.Mask));
                groups.Add(sample.Info.Group);
            }
        }

        return [new BaselineScore("box filled", BootstrapInterval.OfMean(box, groups)), new BaselineScore("Otsu in the box", BootstrapInterval.OfMean(otsu, groups))];
    }

    private static double Box(EvaluationResult result) => result.MeanDice(Evaluator.NameOf(PromptKind.Box));

    private static double Point(EvaluationResult result) => result.MeanDice(Evaluator.NameOf(PromptKind.Point));

    private static Relay Watch(string name, Action<string, TrainingProgress> progress) => new(p => progress(name, p));

    private sealed class Relay(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
