using SamTune.Imaging;
using SamTune.Modeling;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Adaptation.Lora;

/// <summary>
/// Several LoRA updates as one: the sum of w_i (alpha_i / r_i) B_i A_i is the product of the B_i side by side, each times its factor, with the A_i above each other. It has rank r_1 + r_2 + ...
/// and is exact, with no approximation by a lower rank.
/// </summary>
public static class LoraComposition
{
    /// <summary>Adds updates up.</summary>
    /// <param name="model">The base that all were made for.</param>
    /// <param name="parts">The methods with their names, for messages, and weights; a weight of 0 leaves its part out. They stay the caller's.</param>
    /// <returns>A LoRA method of its own, set to evaluation; the caller disposes it. A lone part of weight 1 gives a copy of it, equal to the bit.</returns>
    /// <exception cref="InputException">A part is no LoRA or has extra bands, all weights are 0, or the ranks add up to more than LoRA takes.</exception>
    public static IFineTuning Create(Sam model, IReadOnlyList<(string Name, IFineTuning Method, double Weight)> parts)
    {
        Part[] added = [.. parts.Select(p => new Part(Config(p.Name, p.Method), p.Method.Trainable.ToDictionary(t => t.Name, t => t.Parameter), p.Weight)).Where(p => p.Weight != 0)];
        if (added.Length == 0)
        {
            throw new InputException($"composition: every weight is 0, which is the base itself; give at least one of {string.Join(", ", parts.Select(p => p.Name))} a weight.");
        }

        bool isCopy = added is [{ Weight: 1 }];
        long rank = added.Sum(p => (long)p.Config.Rank);
        if (rank > LoraConfig.HighestRank)
        {
            throw new InputException($"composition: the ranks add up to {rank}; at most {LoraConfig.HighestRank} is possible: compose fewer at a time.");
        }

        LoraConfig config = isCopy
            ? added[0].Config
            : new LoraConfig { Rank = (int)rank, Alpha = rank, Dropout = 0, Targets = [.. added.SelectMany(p => p.Config.Targets).Distinct()], FromBlock = added.All(p => p.Config.FromBlock != null) ? added.Min(p => p.Config.FromBlock) : null };
        IFineTuning composed = FineTuning.Create(config, model, seed: 0);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach ((string name, Parameter parameter) in composed.Trainable)
        {
            bool isB = name.EndsWith(".lora_B.weight", StringComparison.Ordinal);
            int dimension = isB ? 1 : 0;
            parameter.zero_();
            long offset = 0;
            foreach (Part part in added)
            {
                // A part without an update at this place leaves its columns zero.
                if (part.Parameters.TryGetValue(name, out Parameter? own))
                {
                    var place = parameter.narrow(dimension, offset, part.Config.Rank);
                    place.copy_(isB && !isCopy ? own * part.Factor : own);
                }

                offset += part.Config.Rank;
            }
        }

        composed.SetMode(training: false, seed: 0);
        return composed;
    }

    private static LoraConfig Config(string name, IFineTuning method) => method.Config switch
    {
        LoraConfig { ExtraBands: null } lora => lora,
        LoraConfig => throw new InputException($"composition: '{name}' has filters for extra bands, which belong to its input alone; compose LoRA without extra bands."),
        { Method: var other } => throw new InputException(
            $"composition: '{name}' is of the method '{other}'; only LoRA can be composed: its updates are matrices that add up, while adapters are not linear and learned tokens cannot be added to each other."),
    };

    private sealed record Part(LoraConfig Config, IReadOnlyDictionary<string, Parameter> Parameters, double Weight)
    {
        public double Factor => Weight * Config.Alpha / Config.Rank;
    }
}
