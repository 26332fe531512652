using SamTune.Adaptation;
using SamTune.Adaptation.Full;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Training.Optimisation;

/// <summary>AdamW over a method's parameters: no decay for norms, biases and learned tokens; a lower rate for early blocks where asked.</summary>
public static class OptimizerFactory
{
    /// <summary>Creates the optimiser.</summary>
    /// <param name="method">What is trained.</param>
    /// <param name="learningRate">Full rate.</param>
    /// <param name="weightDecay">Decoupled decay of matrices and filters (Loshchilov &amp; Hutter 2019).</param>
    /// <param name="encoderDepth">Number of encoder blocks, for layer-wise decay of the rate.</param>
    /// <returns>The optimiser, the full rate of each of its groups, and the names of the parameters in the order of its states; the caller disposes it.</returns>
    public static (AdamW Optimizer, IReadOnlyList<double> GroupRates, IReadOnlyList<string> StateOrder) Create(IFineTuning method, double learningRate, double weightDecay, int encoderDepth)
    {
        double layerDecay = method.Config is FullConfig full ? full.LayerDecay : 1;
        var groups = method.Trainable
            .GroupBy(p => (Decay: Decays(p.Name, p.Parameter), Rate: learningRate * Math.Pow(layerDecay, LayersToOutput(p.Name, encoderDepth))))
            .Select(g => (g.Key.Rate, Names: g.Select(p => p.Name), Group: new AdamW.ParamGroup(g.Select(p => p.Parameter), lr: g.Key.Rate, weight_decay: g.Key.Decay ? weightDecay : 0)))
            .ToList();
        return (optim.AdamW(groups.Select(g => g.Group), learningRate), [.. groups.Select(g => g.Rate)], [.. groups.SelectMany(g => g.Names)]);
    }

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
