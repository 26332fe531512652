using System.Text.RegularExpressions;
using SamTune.Adaptation;
using static TorchSharp.torch;

namespace SamTune.Testing;

/// <summary>Fills a method's parameters with those the goldens were made with.</summary>
public static partial class GoldenParameters
{
    /// <summary>The golden name of one of LoRA's parameters: lora.blocks.2.q.A.</summary>
    public static string LoraName(string parameter)
    {
        Match match = LoraPattern().Match(parameter);
        return $"{match.Groups[1]}.{match.Groups[2]}.{match.Groups[3]}";
    }

    /// <summary>The golden name of one of the adapters' parameters: blocks.0.down.weight.</summary>
    public static string AdapterName(string parameter) =>
        parameter.Replace("base_model.model.image_encoder.", "", StringComparison.Ordinal).Replace(".adapter", "", StringComparison.Ordinal);

    /// <summary>Copies lora.blocks.*.</summary>
    public static void Lora(IFineTuning method, Goldens goldens) => Copy(method, name => goldens["lora." + LoraName(name)]);

    /// <summary>Copies adapter.blocks.*.</summary>
    public static void Adapters(IFineTuning method, Goldens goldens) => Copy(method, name => goldens["adapter." + AdapterName(name)]);

    private static void Copy(IFineTuning method, Func<string, Tensor> source)
    {
        using var guard = no_grad();
        foreach ((string name, var parameter) in method.Trainable)
        {
            using Tensor value = source(name);
            parameter.copy_(value);
        }
    }

    [GeneratedRegex(@"(blocks\.\d+)\.attn\.qkv\.([qkv])\.lora_([AB])\.weight$")]
    private static partial Regex LoraPattern();
}
