using System.Text.Json;
using SamTune.Adaptation;
using SamTune.Checkpoints;
using SamTune.Imaging;
using SamTune.Modeling;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Training.State;

/// <summary>
/// A run's files: "last" continues bit for bit (parameters, both moments of the optimiser, counters), "best" holds the parameters of the lowest
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

    public void SaveLast(IFineTuning method, AdamW optimizer, IReadOnlyList<string> stateOrder, Counters counters)
    {
        List<TensorData> tensors = [.. Parameters(method)];
        List<AdamW.State> states = [.. optimizer.state_dict().State.Cast<AdamW.State>()];
        for (int i = 0; i < states.Count; i++)
        {
            tensors.Add(Tensor($"first_moment.{stateOrder[i]}", states[i].exp_avg));
            tensors.Add(Tensor($"second_moment.{stateOrder[i]}", states[i].exp_avg_sq));
            tensors.Add(TensorData.FromFloat32($"steps.{stateOrder[i]}", [1], new[] { (float)states[i].step }));
        }

        Write(LastPath, tensors, counters);
    }

    public void SaveBest(IFineTuning method, Counters counters) => Write(BestPath, [.. Parameters(method)], counters);

    /// <summary>Restores a run; null when there is none to continue.</summary>
    public Counters? LoadLast(IFineTuning method, AdamW optimizer, IReadOnlyList<string> stateOrder, string settings)
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
        Dictionary<string, Parameter> parameters = method.Trainable.ToDictionary(p => p.Name, p => p.Parameter);
        List<AdamW.State> states = [.. optimizer.state_dict().State.Cast<AdamW.State>()];
        using var scope = TorchSharp.torch.NewDisposeScope();
        for (int i = 0; i < states.Count; i++)
        {
            Fill(file, $"first_moment.{stateOrder[i]}", states[i].exp_avg);
            Fill(file, $"second_moment.{stateOrder[i]}", states[i].exp_avg_sq);
            var steps = new float[1];
            file.ReadAsFloat32($"steps.{stateOrder[i]}", steps);
            states[i].step = (long)steps[0];
            if (states[i].step > 0)
            {
                // A gradient that was there once is zero afterwards, not absent, and the optimiser goes on moving its parameter; in a fresh process it has to be there as well.
                (parameters[stateOrder[i]] * 0).sum().backward();
            }
        }

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

    private static IEnumerable<TensorData> Parameters(IFineTuning method) => method.Trainable.Select(p => Tensor(p.Name, p.Parameter));

    private static TensorData Tensor(string name, Tensor value) => TensorData.FromFloat32(name, value.shape, TensorCopy.ToArray(value));

    private void Write(string path, IReadOnlyList<TensorData> tensors, Counters counters)
    {
        Directory.CreateDirectory(folder);
        SafeTensorsWriter.Write(path, tensors, new Dictionary<string, string> { [MetadataKey] = JsonSerializer.Serialize(counters) });
    }
}
