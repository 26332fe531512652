using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SamTune.Adaptation;
using SamTune.Artifacts;
using SamTune.Cli.Running;
using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;
using SamTune.Data.Prompts;
using SamTune.Evaluation;
using SamTune.Imaging;
using SamTune.Inference;
using SamTune.Modeling;
using SamTune.Training;
using SamTune.Training.State;

namespace SamTune.Cli.Fewshot;

/// <summary>Trains and measures every number of shots with every seed. Each has a folder of its own: what is finished there is read, what is not is continued.</summary>
/// <param name="plan">The recipe.</param>
/// <param name="model">The base; frozen throughout.</param>
/// <param name="data">Pictures.</param>
/// <param name="spec">The recipe for pictures.</param>
/// <param name="folder">Where the folders go.</param>
/// <param name="error">Told what happens.</param>
internal sealed class FewshotRun(FewshotPlan plan, BaseModel model, FewshotData data, PreprocessingSpec spec, string folder, TextWriter error)
{
    private static readonly EvaluationOptions s_measure = new() { Prompts = FewshotPlan.Measured, Clicks = 0 };
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Does everything that is not done yet.</summary>
    /// <param name="cancel">Stops after the current step; the same call continues from there.</param>
    /// <exception cref="InputException">The folder holds results of other settings or data.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public FewshotReport Run(CancellationToken cancel)
    {
        FewshotScores zeroShot = OnceIn(Path.Combine(folder, "zero-shot"), new { }, () => Measure(NoAdaptation.Instance, cancel));
        error.WriteLine($"zero-shot: Dice {zeroShot.BoxDice:0.000} with a box, {zeroShot.PointDice:0.000} with one click.");
        var rows = new List<FewshotRow>();
        foreach (int shots in plan.Shots)
        {
            int there = data.Pool.Samples.Count;
            if (shots > there)
            {
                error.WriteLine($"warning: {shots} shots are asked for and {data.Pool.Name} has {there} pictures with objects to draw from; all {there} are used.");
            }

            rows.Add(FewshotRow.Of(shots, [.. plan.Seeds.Select(seed => Cell(Math.Min(shots, there), seed, zeroShot, cancel))]));
        }

        return new FewshotReport
        {
            Base = model.Name,
            Dataset = data.Pool.Name,
            TrainingPictures = data.Pool.Samples.Count,
            ValidationPictures = data.Validation.Samples.Count,
            TestPictures = data.Test.Samples.Count,
            Warning = data.Warning,
            Method = FewshotPlan.Method,
            Options = plan.Options(plan.Seeds[0]),
            ZeroShot = zeroShot,
            Rows = rows,
            Findings = FewshotFindings.Of(zeroShot, rows),
        };
    }

    private FewshotCell Cell(int pictures, long seed, FewshotScores zeroShot, CancellationToken cancel)
    {
        string path = Path.Combine(folder, $"shots-{pictures}", $"seed-{seed}");
        SubsetDataset train = data.Draw(pictures, seed);
        TrainingOptions options = plan.Options(seed);
        return OnceIn(path, new { FewshotPlan.Method, options, train = train.Samples, validation = data.Validation.Samples }, () =>
        {
            error.WriteLine($"{pictures} pictures, seed {seed}:");
            using IFineTuning method = FineTuning.Create(FewshotPlan.Method, model.Model, seed);
            var trainer = new Trainer(model.Model, method, train, data.Validation, options, path, TimeProvider.System);
            TrainingResult done = TrainingReporter.Show(error, progress => trainer.Run(resume: true, progress, cancel));
            if (done.Ending == TrainingEnding.Cancelled)
            {
                error.WriteLine($"stopped after step {done.Steps} of {pictures} pictures, seed {seed}; the same command continues from there.");
                throw new OperationCanceledException(cancel);
            }

            FewshotScores scores = Measure(method.Adaptation, cancel);
            error.WriteLine($"  {done.Steps} steps: Dice {scores.BoxDice:0.000} with a box (zero-shot {zeroShot.BoxDice:0.000}), {scores.PointDice:0.000} with one click.");
            ArtifactFile.Save(Path.Combine(path, "adapter.safetensors"), method, Manifest(method, train, scores));
            return new FewshotCell(pictures, seed, done.Steps, done.Best!.Step, done.Ending, scores);
        });
    }

    private FewshotScores Measure(IModelAdaptation adaptation, CancellationToken cancel)
    {
        using var predictor = new SamPredictor(model.Model, adaptation);
        EvaluationResult result = new Evaluator(predictor, s_measure).Run(data.Test, progress: null, cancel);
        double Iou(PromptKind kind) => result.Scores.Where(s => s.PromptKind == Evaluator.NameOf(kind)).Average(s => s.IntersectionOverUnion);
        return new FewshotScores(
            result.MeanDice(Evaluator.NameOf(PromptKind.Box)), Iou(PromptKind.Box), result.MeanDice(Evaluator.NameOf(PromptKind.Point)), Iou(PromptKind.Point));
    }

    // The settings are written before the work and the result after it: a folder with settings only is one to continue.
    private T OnceIn<T>(string path, object settings, Func<T> work)
    {
        string settingsPath = Path.Combine(path, "settings.json"), resultPath = Path.Combine(path, "result.json");
        string text = JsonSerializer.Serialize(
            new { @base = model.Fingerprint, model.Model.InputSide, preprocessing = spec, test = data.Test.Samples, measure = s_measure, settings }, s_json);
        if (!File.Exists(settingsPath))
        {
            Write(settingsPath, text);
        }
        else if (File.ReadAllText(settingsPath) != text)
        {
            throw new InputException($"{settingsPath}: was written for another base, other data or other settings; run with the same, or choose another folder after --out.");
        }

        if (File.Exists(resultPath))
        {
            return Read<T>(resultPath);
        }

        T result = work();
        Write(resultPath, JsonSerializer.Serialize(result, s_json));
        return result;
    }

    private static T Read<T>(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), s_json) ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw new InputException($"{path}: is damaged ({exception.Message.ReplaceLineEndings(" ")}); delete it, and the same command measures again.", exception);
        }
    }

    private static void Write(string path, string text) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private ArtifactManifest Manifest(IFineTuning method, SubsetDataset train, FewshotScores scores) => new()
    {
        Method = method.Config,
        BaseName = model.Name,
        BaseSha256 = model.Fingerprint,
        InputSide = model.Model.InputSide,
        Preprocessing = BaseModel.ToJson(spec),
        Dataset = new DatasetSummary(train.Name, new Dictionary<string, int> { ["train"] = train.Samples.Count, ["validation"] = data.Validation.Samples.Count, ["test"] = data.Test.Samples.Count }),
        Metrics = new Dictionary<string, double> { ["test.box_dice"] = scores.BoxDice, ["test.point_dice"] = scores.PointDice },
        TrainedParameters = method.ParameterCount(),
        ToolVersion = typeof(FewshotRun).Assembly.GetName().Version?.ToString() ?? "0",
    };
}
