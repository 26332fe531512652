using System.Globalization;
using System.Text.RegularExpressions;
using SamTune.Modeling;
using TorchSharp.Modules;

namespace SamTune.Adaptation.Lora;

/// <summary>A place where a low-rank update can be added: a linear layer, or one third of the encoder's fused query, key and value layer.</summary>
/// <param name="Name">Full name: the layer's checkpoint name, and for the fused layer ".q", ".k" or ".v".</param>
/// <param name="Kind">encoder.q, decoder.out, ...: see <see cref="LoraConfig.Targets"/>.</param>
/// <param name="Layer">Checkpoint name of the linear layer.</param>
/// <param name="Offset">First output feature that is updated.</param>
/// <param name="InputWidth">Features in.</param>
/// <param name="OutputWidth">Features updated.</param>
public sealed record LoraSite(string Name, string Kind, string Layer, long Offset, long InputWidth, long OutputWidth)
{
    private const string EncoderBlocks = "image_encoder.blocks.";

    /// <summary>The encoder block that the layer is in; null for the decoder's layers.</summary>
    public int? Block => Layer.StartsWith(EncoderBlocks, StringComparison.Ordinal) ? int.Parse(Layer[EncoderBlocks.Length..].Split('.')[0], CultureInfo.InvariantCulture) : null;

    /// <summary>Every place in a model, in a fixed order.</summary>
    /// <param name="model">The model.</param>
    public static IReadOnlyList<LoraSite> All(Sam model) =>
        [.. model.named_modules().Where(m => m.module is Linear).SelectMany(m => Sites(m.name, ((Linear)m.module).weight!.shape))];

    /// <summary>The places that a list of targets names.</summary>
    /// <param name="model">The model.</param>
    /// <param name="targets">Kinds, ends of names, or patterns with *.</param>
    /// <param name="fromBlock">Layers of earlier encoder blocks are left out; null for none.</param>
    /// <exception cref="ArgumentException">A target matches nothing, the message lists what exists; or no target is left.</exception>
    public static IReadOnlyList<LoraSite> Select(Sam model, IReadOnlyList<string> targets, int? fromBlock = null)
    {
        LatePlacement.Validate(fromBlock, LoraConfig.MethodName, model.Architecture.EncoderDepth);
        IReadOnlyList<LoraSite> all = All(model);
        foreach (string target in targets)
        {
            if (!all.Any(site => site.Matches(target)))
            {
                throw new ArgumentException(
                    $"lora: target '{target}' matches no layer; there are {string.Join(", ", all.Select(s => s.Kind).Distinct())}, or whole names such as {all[0].Name}.");
            }
        }

        LoraSite[] chosen = [.. all.Where(site => !(site.Block < fromBlock) && targets.Any(site.Matches))];
        return chosen.Length > 0
            ? chosen
            : throw new ArgumentException($"lora: no layer of block {fromBlock} or later matches the targets {string.Join(", ", targets)}; choose an earlier first block or other targets.");
    }

    private static IEnumerable<LoraSite> Sites(string layer, long[] shape)
    {
        string[] parts = layer.Split('.');
        bool encoder = layer.StartsWith(EncoderBlocks, StringComparison.Ordinal);
        if (!encoder && !layer.StartsWith("mask_decoder.transformer.", StringComparison.Ordinal))
        {
            yield break;
        }

        if (parts[^1] == "qkv")
        {
            long width = shape[0] / 3;
            yield return new LoraSite($"{layer}.q", "encoder.q", layer, 0, shape[1], width);
            yield return new LoraSite($"{layer}.k", "encoder.k", layer, width, shape[1], width);
            yield return new LoraSite($"{layer}.v", "encoder.v", layer, 2 * width, shape[1], width);
            yield break;
        }

        string part = parts[^2] == "mlp" ? "mlp" : encoder ? parts[^1] : parts[^1].Replace("_proj", string.Empty, StringComparison.Ordinal);
        yield return new LoraSite(layer, $"{(encoder ? "encoder" : "decoder")}.{part}", layer, 0, shape[1], shape[0]);
    }

    private bool Matches(string target) =>
        target == Kind || target == Name || Name.EndsWith($".{target}", StringComparison.Ordinal)
        || (target.Contains('*', StringComparison.Ordinal)
            && Regex.IsMatch(Name, $"^{Regex.Escape(target).Replace("\\*", ".*", StringComparison.Ordinal)}$", RegexOptions.NonBacktracking));
}
