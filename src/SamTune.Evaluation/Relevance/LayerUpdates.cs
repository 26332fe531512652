using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Lora;
using SamTune.Modeling;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Evaluation.Relevance;

/// <summary>Measures how much a method changed each part of a model.</summary>
internal static class LayerUpdates
{
    private const string BlocksPrefix = "image_encoder.blocks.";

    /// <summary>One entry a part of the model, from the picture to the mask.</summary>
    /// <param name="original">The base, with its weights as they were.</param>
    /// <param name="adapted">The model with the method; may be the base.</param>
    /// <param name="method">The method.</param>
    /// <param name="features">For each encoder block its comparison on each picture.</param>
    /// <param name="output">What was added to the encoder's output, on each picture.</param>
    public static IReadOnlyList<LayerUpdate> Of(
        Sam original, Sam adapted, IFineTuning method, IReadOnlyList<IReadOnlyList<BlockComparison>> features, IReadOnlyList<AddedNorms> output)
    {
        using var guard = no_grad();
        using var pause = FinalizerPause.Start();
        List<LayerUpdate> updates = WeightChanges(original, adapted);
        switch (method.Config)
        {
            case LoraConfig lora:
                ReplaceByLowRank(updates, adapted, method, lora);
                break;
            case AdapterConfig adapters:
                for (int block = 0; block < features.Count; block++)
                {
                    updates[updates.FindIndex(u => u.Layer == $"block {block}")] = new LayerUpdate(
                        $"block {block}", LayerUpdateKind.AddedFeatures,
                        Root(features[block].Select(c => c.AddedNorm * c.AddedNorm)), Root(features[block].Select(c => c.OutputNorm * c.OutputNorm)));
                }

                if (adapters.Output)
                {
                    updates.Insert(updates.FindIndex(u => u.Layer == "neck") + 1, new LayerUpdate(
                        LayerUpdate.OutputAdapter, LayerUpdateKind.AddedFeatures, Root(output.Select(o => o.Added * o.Added)), Root(output.Select(o => o.Features * o.Features))));
                }

                break;
        }

        if (method.Adaptation.PromptTokens is { } tokens)
        {
            IEnumerable<Parameter> own = adapted.named_parameters().Where(p => p.name.Contains(".point_embeddings.", StringComparison.Ordinal)).Select(p => p.parameter);
            updates.Add(new LayerUpdate("prompt tokens", LayerUpdateKind.PromptTokens, MeanLength(tokens), own.Average(MeanLength)));
        }

        return updates;
    }

    private static List<LayerUpdate> WeightChanges(Sam original, Sam adapted)
    {
        Dictionary<string, Parameter> before = original.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        return [.. adapted.named_parameters()
            .Select(p =>
            {
                using var scope = NewDisposeScope();
                var start = before[p.name].detach().to(float64);
                return (Layer: LayerOf(p.name), Change: SumOfSquares(p.parameter.to(float64) - start), Base: SumOfSquares(start));
            })
            .GroupBy(p => p.Layer)
            .OrderBy(g => Position(g.Key, adapted.Architecture.EncoderDepth))
            .Select(g => new LayerUpdate(g.Key, LayerUpdateKind.Weights, Root(g.Select(p => p.Change)), Root(g.Select(p => p.Base))))];
    }

    /// <summary>The frozen weights did not change; the update (alpha / rank) B A stands against the slice of the weights that it is added to.</summary>
    private static void ReplaceByLowRank(List<LayerUpdate> updates, Sam model, IFineTuning method, LoraConfig config)
    {
        Dictionary<string, Parameter> weights = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        Dictionary<string, Parameter> trained = method.Trainable.ToDictionary(t => t.Name, t => t.Parameter);
        double scale = config.Alpha / config.Rank;
        foreach (var layer in LoraSite.Select(model, config.Targets, config.FromBlock).GroupBy(s => LayerOf(s.Layer)))
        {
            (double Change, double Base)[] sums = [.. layer.Select(site =>
            {
                using var scope = NewDisposeScope();
                string prefix = $"base_model.model.{site.Name}";
                var product = matmul(trained[$"{prefix}.lora_B.weight"].to(float64), trained[$"{prefix}.lora_A.weight"].to(float64));
                var slice = weights[$"{site.Layer}.weight"].narrow(0, site.Offset, site.OutputWidth).to(float64);
                return (SumOfSquares(product) * scale * scale, SumOfSquares(slice));
            })];
            updates[updates.FindIndex(u => u.Layer == layer.Key)] =
                new LayerUpdate(layer.Key, LayerUpdateKind.Weights, Root(sums.Select(s => s.Change)), Root(sums.Select(s => s.Base)));
        }
    }

    private static string LayerOf(string name) => name switch
    {
        _ when name.StartsWith(BlocksPrefix, StringComparison.Ordinal) => $"block {name[BlocksPrefix.Length..].Split('.')[0]}",
        _ when name.StartsWith("image_encoder.neck.", StringComparison.Ordinal) => "neck",
        _ when name.StartsWith("image_encoder.", StringComparison.Ordinal) => "patches",
        _ when name.StartsWith("prompt_encoder.", StringComparison.Ordinal) => "prompt encoder",
        _ => "decoder",
    };

    private static int Position(string layer, int depth) => layer switch
    {
        "patches" => -1,
        "neck" => depth,
        "prompt encoder" => depth + 1,
        "decoder" => depth + 2,
        _ => int.Parse(layer["block ".Length..]),
    };

    private static double Root(IEnumerable<double> squares) => Math.Sqrt(squares.Sum());

    private static double SumOfSquares(Tensor values) => values.mul(values).sum().item<double>();

    private static double MeanLength(Tensor rows)
    {
        using var scope = NewDisposeScope();
        return rows.detach().to(float64).mul(rows.detach()).sum(1).sqrt().mean().item<double>();
    }
}
