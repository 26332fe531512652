using System.CommandLine;
using SamTune.Imaging;
using SamTune.Modeling.Layers;
using TorchSharp;

namespace SamTune.Cli.Running;

/// <summary>The flag that says in which precision the model's products are.</summary>
internal static class PrecisionFlag
{
    private const string Single = "fp32", Half = "bf16", Auto = "auto";

    /// <summary>The flag.</summary>
    /// <param name="what">Whose products, to begin the description.</param>
    public static Option<string?> Create(string what) => new("--precision")
    {
        Description = $"{what}: {Single} (default), {Half} (bfloat16), which is faster on processors with AVX512-BF16 or AMX and on GPUs and differs in the third digit, or {Auto}, {Half} where it is faster.",
    };

    /// <summary>Whether products are in bfloat16.</summary>
    /// <param name="text">What was typed; null for the default.</param>
    /// <param name="device">Where the model computes.</param>
    /// <exception cref="InputException">There is no such precision.</exception>
    public static bool IsBFloat16(string? text, DeviceType device) => text switch
    {
        null or Single => false,
        Half => true,
        Auto => device != DeviceType.CPU || BFloat16Instructions.AreThere,
        _ => throw new InputException($"--precision: '{text}' is unknown; choose {Single}, {Half} or {Auto}."),
    };
}
