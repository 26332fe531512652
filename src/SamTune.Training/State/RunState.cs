using System.Text.Json;
using SamTune.Adaptation;
using SamTune.Checkpoints;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using SamTune.Training.Optimisation;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Training.State;

/// <summary>
/// A run's files: "last" continues bit for bit (parameters, the optimiser's moments, counters), "best" holds the parameters of the lowest
/// validation loss. Random streams and the sampler's position follow from the seed and the step, so the counters are all they need.
/// </summary>
/// <param name="folder">Where the files are.</param>
internal sealed class RunState(string folder)
{
    private const string MetadataKey = "samtune.run";

    /// <summary>Counters of a run.</summary>
    public sealed record Counters(int Step, ValidationPoint? Best, int WithoutImprovement, IReadOnlyList<ValidationPoint> Validations, string Settings);

    public string LastPath => Path.Combine(folder, "last.safetensors");

    public string BestPath => Path.Combine(folder, "best.safetensors");

    public void SaveLast(IFineTuning method, MethodOptimizer optimizer, Counters counters) => Write(LastPath, [.. Parameters(LastPath, method), .. optimizer.Save(LastPath)], counters);

    public void SaveBest(IFineTuning method, Counters counters) => Write(BestPath, [.. Parameters(BestPath, method)], counters);

    /// <summary>Restores a run; null when there is none to continue.</summary>
    public Counters? LoadLast(IFineTuning method, MethodOptimizer optimizer, string settings)
    {
        if (!File.Exists(LastPath))
        {
            return null;
        }

        using Checkpoint file = Checkpoint.Open(LastPath);
        Counters counters = ReadCounters(file);
        if (counters.Settings != settings)
        {
            throw new InputException($"{LastPath}: the run was started with other settings or data; resume with the same, or choose another output folder.");
        }

        Restore(file, method);
        optimizer.Restore(file, (name, target) => Fill(file, name, target));
        return counters;
    }

    public void RestoreBest(IFineTuning method)
    {
        using Checkpoint file = Checkpoint.Open(BestPath);
        Restore(file, method);
    }

    private static void Restore(Checkpoint file, IFineTuning method)
    {
        foreach ((string name, Parameter parameter) in method.Trainable)
        {
            Fill(file, name, parameter);
        }
    }

    private static Counters ReadCounters(Checkpoint file) =>
        file.Metadata.TryGetValue(MetadataKey, out string? json) && JsonSerializer.Deserialize<Counters>(json) is { } counters
            ? counters
            : throw new InputException($"{file.Path}: metadata '{MetadataKey}' is missing; this is not a file of a training run. Choose another output folder.");

    private static void Fill(Checkpoint file, string name, Tensor target)
    {
        if (!file.TryGet(name, out TensorEntry? entry) || !entry.Shape.SequenceEqual(target.shape))
        {
            throw new InputException($"{file.Path}: '{name}' is {entry?.ShapeText ?? "missing"}; {string.Join('x', target.shape)} is needed. The run was made with another method or model.");
        }

        TensorCopy.Fill(target, values => file.ReadAsFloat32(name, values));
    }

    private static IEnumerable<TensorData> Parameters(string path, IFineTuning method) => method.Trainable.Select(p => CheckpointTensor.Create(path, p.Name, p.Parameter, half: false));

    private void Write(string path, IReadOnlyList<TensorData> tensors, Counters counters)
    {
        Directory.CreateDirectory(folder);
        SafeTensorsWriter.Write(path, tensors, new Dictionary<string, string> { [MetadataKey] = JsonSerializer.Serialize(counters) });
    }
}
