using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Checkpoints;
using SamTune.Imaging;
using SamTune.Modeling;
using TorchSharp.Modules;

namespace SamTune.Artifacts;

/// <summary>Checks an artifact's keys against what its manifest announces, before anything is filled.</summary>
internal static class ArtifactKeys
{
    // Up to here a method is created without asking, so that a missing key can be called by its name: 64 MiB.
    private const double SmallMethod = 1 << 24;

    /// <summary>Refuses a manifest that announces more than the file holds, before memory is taken for it.</summary>
    public static void CheckSize(Checkpoint file, MethodConfig config, Sam model)
    {
        double announced = config switch
        {
            AdapterConfig adapters => (double)adapters.ParametersPerBlock(model.Architecture.EncoderEmbedDim) * adapters.BlocksOf(model.Architecture.EncoderDepth).Count
                + (adapters.Output ? adapters.ParametersPerBlock(model.Architecture.PromptEmbedDim) : 0),
            LoraConfig lora => LoraSite.Select(model, lora.Targets, lora.FromBlock).Sum(site => (double)(site.InputWidth + site.OutputWidth) * lora.Rank),
            PromptTuningConfig prompt => (double)prompt.Tokens * model.Architecture.PromptEmbedDim,
            _ => 0,
        };
        announced += (double)(config.ExtraBands?.Means.Count ?? 0) * model.Architecture.EncoderEmbedDim * model.Architecture.PatchSize * model.Architecture.PatchSize;
        double held = file.Tensors.Sum(t => (double)t.ElementCount);
        if (announced > SmallMethod && announced > held)
        {
            throw new InputException($"{file.FileName}: the manifest announces {announced:0} trained values, but the file holds {held:0}; it is damaged: train or download it again.");
        }
    }

    /// <summary>Refuses missing, mis-shaped and unexpected keys.</summary>
    public static void Check(Checkpoint file, IFineTuning method)
    {
        foreach ((string name, Parameter parameter) in method.Trainable)
        {
            string needed = string.Join('x', parameter.shape);
            if (!file.TryGet(name, out TensorEntry? entry))
            {
                throw new InputException($"{file.FileName}: '{name}' is missing; the method '{method.Config.Method}' needs it as {needed}: the file is incomplete, train or download it again.");
            }

            if (!entry.Shape.SequenceEqual(parameter.shape))
            {
                throw new InputException($"{file.FileName}: '{name}' is {entry.ShapeText}; its manifest and this base need {needed}: the file is damaged or made for another base.");
            }
        }

        HashSet<string> known = [.. method.Trainable.Select(p => p.Name)];
        if (file.Tensors.FirstOrDefault(t => !known.Contains(t.Name)) is { } unexpected)
        {
            throw new InputException(
                $"{file.FileName}: '{ArtifactManifest.OneLine(unexpected.Name)}' is unexpected; the method '{method.Config.Method}' has no such value: the file is damaged or made by another version.");
        }
    }
}
