using SamTune.Adaptation;
using SamTune.Data.Datasets;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Inference;
using static TorchSharp.torch;

namespace SamTune.Cli.Running;

/// <summary>Makes sure that what was saved is what was trained.</summary>
internal static class SavedArtifact
{
    /// <summary>Rounds the trained values to half precision, so that the model in memory equals the one in the file.</summary>
    public static void RoundToHalf(IFineTuning method)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach ((_, TorchSharp.Modules.Parameter parameter) in method.Trainable)
        {
            parameter.copy_(parameter.to(ScalarType.Float16).to(ScalarType.Float32));
        }
    }

    /// <summary>Loads the artifact onto a fresh base, on the device that it was trained on, and compares one prediction to the bit.</summary>
    /// <exception cref="InputException">The predictions differ; the artifact is removed.</exception>
    public static void RequireSamePrediction(string artifact, string basePath, SamPredictor trained, Sample sample, Device? device = null)
    {
        using BaseModel fresh = BaseModel.Load(basePath, artifact, inputSide: null, device);
        fresh.Apply();
        using var loaded = new SamPredictor(fresh.Model, fresh.Adaptation);
        PromptSet prompt = sample.Objects.Count > 0 ? ExactPrompt.Of(sample.Objects[0].Mask, PromptKind.Box) : PromptSet.None;
        trained.SetImage(sample.Image);
        loaded.SetImage(sample.Image);
        PredictedMask before = trained.Predict(prompt, multimask: false).Best, after = loaded.Predict(prompt, multimask: false).Best;
        if (!before.Logits.AsSpan().SequenceEqual(after.Logits) || before.PredictedIou != after.PredictedIou)
        {
            File.Delete(artifact);
            File.Delete(Path.ChangeExtension(artifact, ".json"));
            throw new InputException($"{artifact}: loaded back it does not predict as the trained model does, so it was removed; check the disk, and pass --resume to write it again.");
        }
    }
}
