using SamTune.Adaptation;
using SamTune.Adaptation.Full;
using SamTune.Checkpoints;
using SamTune.Modeling.Loading;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Training.Optimisation;

/// <summary>
/// Steps what a method trains by AdamW: no decay for norms, biases and learned tokens; a lower rate for early blocks where asked. Matrices go to <see cref="Muon"/> where a rate for them is given.
/// </summary>
internal sealed class MethodOptimizer : IDisposable
{
    private readonly AdamW adam;
    private readonly IReadOnlyList<double> rates;
    private readonly IReadOnlyList<(string Name, Parameter Parameter)> order;
    private readonly Muon? muon;
    private readonly double matrixRate;

    /// <summary>Creates the optimiser of a run.</summary>
    /// <param name="method">What is trained.</param>
    /// <param name="options">Rates and decay (decoupled: Loshchilov &amp; Hutter 2019).</param>
    /// <param name="encoderDepth">Number of encoder blocks, for layer-wise decay of the rate.</param>
    public MethodOptimizer(IFineTuning method, TrainingOptions options, int encoderDepth)
    {
        double rate = options.LearningRate ?? method.Config.DefaultLearningRate, layerDecay = method.Config is FullConfig full ? full.LayerDecay : 1;
        bool IsMatrix((string Name, Parameter Parameter) p) => options.MatrixLearningRate != null && Muon.Takes(p.Name, p.Parameter);
        var groups = method.Trainable
            .Where(p => !IsMatrix(p))
            .GroupBy(p => (Decay: Decays(p.Name, p.Parameter), Rate: rate * Math.Pow(layerDecay, LayersToOutput(p.Name, encoderDepth))))
            .Select(g => (g.Key.Rate, Parameters: g.ToList(), Group: new AdamW.ParamGroup(g.Select(p => p.Parameter), lr: g.Key.Rate, weight_decay: g.Key.Decay ? options.WeightDecay : 0)))
            .ToList();
        adam = optim.AdamW(groups.Select(g => g.Group), rate);
        rates = [.. groups.Select(g => g.Rate)];
        order = [.. groups.SelectMany(g => g.Parameters)];
        matrixRate = options.MatrixLearningRate ?? 0;
        muon = options.MatrixLearningRate is null ? null : new Muon(method.Trainable.Where(IsMatrix), options.WeightDecay, options.BFloat16);
    }

    /// <summary>The full rate of AdamW's first group: what is reported.</summary>
    public double FullRate => rates[0];

    /// <summary>Drops or clears all gradients.</summary>
    public void ZeroGradients() => adam.zero_grad();

    /// <summary>Steps every parameter that has a gradient.</summary>
    /// <param name="factor">Share of the full rates.</param>
    public void Step(double factor)
    {
        foreach ((var group, double rate) in adam.ParamGroups.Zip(rates))
        {
            group.LearningRate = rate * factor;
        }

        muon?.Step(matrixRate * factor);
        adam.step();
    }

    /// <summary>Moments and counters, to be saved; valid until the next step.</summary>
    /// <param name="path">The file to be written, for messages.</param>
    public IEnumerable<TensorData> Save(string path)
    {
        foreach ((AdamW.State state, (string name, _)) in States().Zip(order))
        {
            yield return CheckpointTensor.Create(path, $"first_moment.{name}", state.exp_avg, half: false);
            yield return CheckpointTensor.Create(path, $"second_moment.{name}", state.exp_avg_sq, half: false);
            yield return TensorData.FromFloat32($"steps.{name}", [1], new[] { (float)state.step });
        }

        foreach ((string name, Tensor momentum) in muon?.State ?? [])
        {
            yield return CheckpointTensor.Create(path, $"momentum.{name}", momentum, half: false);
        }
    }

    /// <summary>Restores what <see cref="Save"/> gave.</summary>
    /// <param name="file">Where it is.</param>
    /// <param name="fill">Fills a tensor from the file by its name there.</param>
    public void Restore(Checkpoint file, Action<string, Tensor> fill)
    {
        using var scope = NewDisposeScope();
        foreach ((AdamW.State state, (string name, Parameter parameter)) in States().Zip(order))
        {
            fill($"first_moment.{name}", state.exp_avg);
            fill($"second_moment.{name}", state.exp_avg_sq);
            var steps = new float[1];
            file.ReadAsFloat32($"steps.{name}", steps);
            state.step = (long)steps[0];
            if (state.step > 0)
            {
                // A gradient that was there once is zero afterwards, not absent, and AdamW goes on moving its parameter; in a fresh process it has to be there as well.
                (parameter * 0).sum().backward();
            }
        }

        foreach ((string name, Tensor momentum) in muon?.State ?? [])
        {
            fill($"momentum.{name}", momentum);
        }
    }

    /// <summary>Names of the parameters that have a state.</summary>
    internal IEnumerable<string> Names => order.Select(p => p.Name).Concat(muon?.State.Select(s => s.Name) ?? []);

    /// <inheritdoc/>
    public void Dispose()
    {
        adam.Dispose();
        muon?.Dispose();
    }

    private IEnumerable<AdamW.State> States() => adam.state_dict().State.Cast<AdamW.State>();

    private static bool Decays(string name, Parameter parameter) =>
        parameter.dim() > 1 && !name.Contains("pos", StringComparison.Ordinal) && !name.Contains("embed.", StringComparison.Ordinal)
        && !name.Contains("token", StringComparison.Ordinal) && !name.Contains("embeddings", StringComparison.Ordinal);

    private static int LayersToOutput(string name, int encoderDepth)
    {
        const string Blocks = "image_encoder.blocks.";
        if (name.StartsWith(Blocks, StringComparison.Ordinal))
        {
            return encoderDepth - int.Parse(name[Blocks.Length..].Split('.')[0]);
        }

        return name.StartsWith("image_encoder.p", StringComparison.Ordinal) ? encoderDepth + 1 : 0;
    }
}
