using SamTune.Adaptation;
using SamTune.Artifacts;
using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;
using SamTune.Training.State;

namespace SamTune.Cli.Running;

/// <summary>What an artifact says about the run that it comes from.</summary>
internal static class RunManifest
{
    /// <summary>Describes a run that has ended.</summary>
    /// <param name="model">The base it started from.</param>
    /// <param name="method">What was trained.</param>
    /// <param name="spec">The recipe of the pictures.</param>
    /// <param name="train">What was learned from.</param>
    /// <param name="validation">What was held out; null for nothing.</param>
    /// <param name="done">How it ended.</param>
    /// <param name="name">Name of the data; that of <paramref name="train"/> when null.</param>
    public static ArtifactManifest Of(
        BaseModel model, IFineTuning method, PreprocessingSpec spec, ISegmentationDataset train, ISegmentationDataset? validation, TrainingResult done, string? name = null) => new()
        {
            Method = method.Config,
            BaseName = model.Name,
            BaseSha256 = model.Fingerprint,
            InputSide = model.Model.InputSide,
            Preprocessing = BaseModel.ToJson(spec),
            Dataset = new DatasetSummary(name ?? train.Name, new Dictionary<string, int> { ["train"] = train.Samples.Count, ["validation"] = validation?.Samples.Count ?? 0 }),
            Metrics = done.Best is { } best
                ? new Dictionary<string, double> { ["validation.dice"] = best.Dice, ["validation.loss"] = best.Loss, ["validation.step"] = best.Step }
                : new Dictionary<string, double>(),
            TrainedParameters = method.ParameterCount(),
            ToolVersion = typeof(RunManifest).Assembly.GetName().Version?.ToString() ?? "0",
        };
}
