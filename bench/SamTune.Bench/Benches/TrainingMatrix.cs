using System.Text.Json;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;

namespace SamTune.Bench.Benches;

/// <summary>Time and memory of a training step, and bytes of what it leaves, by method, placement, cache, precision and input side; each in a process of its own.</summary>
internal sealed class TrainingMatrix : IBench
{
    private const int LateBlock = 8;
    private static readonly int[] s_usualSides = [256, 1024];

    private static readonly TrainingVariant[] s_variants =
    [
        new("full", new FullConfig()),
        new("full, bf16", new FullConfig(), BFloat16: true),
        new("full, checkpointing", new FullConfig(), Checkpointing: true),
        new("adapters", new AdapterConfig()),
        new("adapters, bf16", new AdapterConfig(), BFloat16: true),
        new($"adapters from block {LateBlock}, kept", new AdapterConfig { FromBlock = LateBlock }),
        new("LoRA", new LoraConfig()),
        new("LoRA, bf16", new LoraConfig(), BFloat16: true),
        new("LoRA, checkpointing", new LoraConfig(), Checkpointing: true),
        new($"LoRA from block {LateBlock}, not kept", new LoraConfig { FromBlock = LateBlock }, Keeps: false),
        new($"LoRA from block {LateBlock}, kept", new LoraConfig { FromBlock = LateBlock }),
        new($"LoRA from block {LateBlock}, kept, bf16", new LoraConfig { FromBlock = LateBlock }, BFloat16: true),
        new($"LoRA from block {LateBlock}, kept, checkpointing", new LoraConfig { FromBlock = LateBlock }, Checkpointing: true),
        new("LoRA in the decoder, kept", new LoraConfig { Targets = ["decoder.q", "decoder.v"] }),
        new("prompt tuning, not kept", new PromptTuningConfig(), Keeps: false),
        new("prompt tuning, kept", new PromptTuningConfig()),
    ];

    /// <inheritdoc/>
    public string Name => "training-matrix";

    /// <inheritdoc/>
    public string Description => "seconds and peak memory of a training step and bytes of its artifact on ViT-B, by method, placement, cache, precision and input side. Arguments: side (both 256 and 1024)";

    /// <inheritdoc/>
    public BenchReport Run(IReadOnlyList<string> arguments)
    {
        if (arguments.Count > 1)
        {
            return ChildBench.Figures(JsonSerializer.Serialize(s_variants[Arguments.Whole(Name, arguments, 1, 1) - 1].Measure(Arguments.Whole(Name, arguments, 0, 1))));
        }

        int[] sides = arguments.Count == 1 ? [Arguments.Whole(Name, arguments, 0, 1)] : s_usualSides;
        List<BenchRow> rows = [];
        foreach (int side in sides)
        {
            TrainingCost? full = null;
            for (int i = 0; i < s_variants.Length; i++)
            {
                TrainingCost cost = TrainingVariant.InProcess(Name, side, i + 1);
                full ??= cost;
                rows.Add(new BenchRow(
                    FormattableString.Invariant($"{side}: {s_variants[i].Name}"),
                    FormattableString.Invariant($"{cost.Seconds:0.00} s ({cost.Seconds / full.Seconds:0.00}); {cost.Bytes / 1e6:0} MB ({(double)cost.Bytes / full.Bytes:0.00}); {cost.ArtifactBytes / 1e6:0.000} MB")));
            }
        }

        return new BenchReport(
            "Training by method, placement, cache, precision and size",
            $"ViT-B with random weights, one picture with one object a step: seconds of step {TrainingVariant.Steps}; peak of resident memory over {TrainingVariant.Steps} steps above what the process holds with the base loaded; both also as a share of full fine-tuning's at that side; bytes of the artifact in float32. 'Kept': what the frozen blocks make of the picture is computed once.",
            rows);
    }
}
