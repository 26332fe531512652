using SamTune.Adaptation;
using SamTune.Artifacts;
using SamTune.Cli.Running;
using SamTune.Evaluation.Comparison;
using SamTune.Evaluation.Relevance;
using SamTune.Inference;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using SamTune.Training;
using SamTune.Training.State;
using static TorchSharp.torch;

namespace SamTune.Cli.Quickstart;

/// <summary>Runs the quickstart: the untouched base, then each method from that base, measured on slices that none of them saw.</summary>
/// <param name="plan">What is trained and measured.</param>
/// <param name="data">The slices.</param>
/// <param name="basePath">The base's checkpoint.</param>
/// <param name="device">Where the model computes.</param>
/// <param name="folder">Where artifacts, logs and the report go.</param>
/// <param name="time">Where durations come from.</param>
/// <param name="say">Told what happens, line by line.</param>
internal sealed class QuickstartRun(QuickstartPlan plan, QuickstartData data, string basePath, Device device, string folder, TimeProvider time, Action<string> say)
{
    private readonly ResidentMemory _memory = new();

    /// <summary>Does everything and writes the report.</summary>
    /// <param name="cancel">Stops after the current step or picture; called again with the same folder the run goes on.</param>
    public ComparisonReport Run(CancellationToken cancel)
    {
        long started = time.GetTimestamp();
        using BaseModel untouched = BaseModel.Load(basePath, artifact: null, inputSide: null, device);
        OutputFolder.Create(folder);
        var assembly = new QuickstartReport(plan, data, untouched, folder);
        say($"Base {untouched.Name}: {assembly.Base.Parameters:n0} parameters, {assembly.Base.InputSide} pixels.");
        say($"Training on {data.Train.Samples.Count} slices of one head, validating on {data.Validation.Samples.Count}; testing on {data.Sets.Sum(s => s.Pictures.Samples.Count)} slices in {data.Sets.Count} sets.");
        assembly.Add(ComparedScore.ZeroShot, MeasureAll(untouched.Model, NoAdaptation.Instance, cancel));
        say($"zero-shot: {assembly.Spoken(ComparedScore.ZeroShot)}");
        RelevanceBaseline before = RelevanceBaseline.Capture(untouched.Model, assembly.RelevanceSamples, cancel);
        foreach ((MethodConfig config, double rate) in QuickstartPlan.Methods)
        {
            assembly.Add(Train(config, rate, untouched, cancel));
            using BaseModel loaded = BaseModel.Load(basePath, ArtifactOf(config), inputSide: null, device);
            loaded.Apply();
            assembly.Add(config.Method, MeasureAll(loaded.Model, loaded.Adaptation, cancel));
            assembly.Add(before.Compare(loaded.Model, loaded.Method!, config.Method, cancel));
            say($"{config.Method}: {assembly.Spoken(config.Method)}");
        }

        return assembly.Write(time.GetElapsedTime(started).TotalSeconds, _memory.HighestOfAll);
    }

    private string ArtifactOf(MethodConfig config) => Path.Combine(folder, $"{config.Method}.safetensors");

    private ComparedMethod Train(MethodConfig config, double rate, BaseModel untouched, CancellationToken cancel)
    {
        using Sam model = SamLoader.Load(basePath, device: device);
        using IFineTuning method = FineTuning.Create(config, model, plan.Seed);
        string runFolder = Path.Combine(folder, config.Method);
        var identity = new RunIdentity(untouched.Name, untouched.Fingerprint, model.InputSide, QuickstartPlan.Preprocessing);
        identity.RequireSame(runFolder);
        identity.Write(runFolder);
        say($"{config.Method}: training {method.ParameterCount():n0} parameters.");
        _memory.Mark();
        var clock = new TrainingClock(runFolder, time, _memory);
        clock.Continue();
        TrainingResult result = new Trainer(model, method, data.Train, data.Validation, plan.OptionsFor(rate), runFolder, time)
            .Run(resume: true, new Relay(p => Watch(config.Method, clock, p)), cancel);
        cancel.ThrowIfCancellationRequested();
        ArtifactFile.Save(ArtifactOf(config), method, RunManifest.Of(untouched, method, QuickstartPlan.Preprocessing, data.Train, data.Validation, result));
        CurvePoint[] curve = [.. result.Validations.Select(v => new CurvePoint(v.Step, clock.At(v.Step), v.Loss, v.Dice))];
        return new ComparedMethod
        {
            Method = config.Method,
            LearningRate = rate,
            TrainedParameters = method.ParameterCount(),
            Artifact = Path.GetFileName(ArtifactOf(config)),
            ArtifactBytes = new FileInfo(ArtifactOf(config)).Length,
            ArtifactReproduces = Reproduces(config, model, method),
            Steps = result.Steps,
            Seconds = clock.Seconds,
            PeakMemoryBytes = clock.PeakMemoryBytes,
            TrainingMemoryBytes = clock.TrainingMemoryBytes,
            Curve = curve,
            Reach = GainReach.Of(curve),
        };
    }

    private bool Reproduces(MethodConfig config, Sam model, IFineTuning method)
    {
        using BaseModel loaded = BaseModel.Load(basePath, ArtifactOf(config), inputSide: null, device);
        loaded.Apply();
        using SamPredictor trained = new(model, method.Adaptation), again = new(loaded.Model, loaded.Adaptation);
        return data.Sets.All(set => SetMeasurement.AreEqual(trained, again, set));
    }

    private IReadOnlyList<SetMeasurement> MeasureAll(Sam model, IModelAdaptation adaptation, CancellationToken cancel)
    {
        using var predictor = new SamPredictor(model, adaptation);
        return [.. data.Sets.Select(set => SetMeasurement.Of(predictor, set, cancel))];
    }

    private void Watch(string method, TrainingClock clock, TrainingProgress progress)
    {
        clock.Note(progress);
        if (progress.Validation is { } point)
        {
            say($"  {method} step {progress.Step}/{progress.TotalSteps}  loss {progress.Loss:f3}  validation Dice {point.Dice:f3}  {progress.Remaining:mm\\:ss} left");
        }
    }

    private sealed class Relay(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
