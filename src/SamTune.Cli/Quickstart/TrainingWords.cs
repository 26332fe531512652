using SamTune.Data.Augmentation;
using SamTune.Data.Prompts;
using SamTune.Training;

namespace SamTune.Cli.Quickstart;

/// <summary>What a training prompts with and how it varies its slices, in words that follow from its settings.</summary>
internal static class TrainingWords
{
    /// <summary>Both in one sentence, without the full stop.</summary>
    /// <param name="options">The settings.</param>
    public static string Of(TrainingOptions options) => $"{Prompts(options.Prompts)}; {Variation(options.Augmentation)}";

    private static string Prompts(PromptMixture mixture)
    {
        PromptKind[] kinds = [.. Enum.GetValues<PromptKind>().Where(k => mixture.Weight(k) > 0)];
        double sum = kinds.Sum(mixture.Weight);
        bool equal = kinds.All(k => mixture.Weight(k) == mixture.Weight(kinds[0]));
        return equal
            ? string.Join(" or ", kinds.Select(NameOf)) + (kinds.Length > 1 ? ", equally often" : "")
            : string.Join(", ", kinds.Select(k => $"{NameOf(k)} ({mixture.Weight(k) / sum:0 %})"));
    }

    private static string NameOf(PromptKind kind) => kind switch
    {
        PromptKind.None => "no prompt",
        PromptKind.Box => $"a box whose edges are off by {PromptSamplerOptions.Default.BoxJitter:0.##} of its sides",
        PromptKind.Point => "one click anywhere on the object",
        PromptKind.Points => "several clicks",
        PromptKind.BoxAndPoints => "a box with clicks",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static string Variation(AugmentationSpec? spec)
    {
        spec ??= AugmentationSpec.None;
        string[] changes =
        [
            .. new (bool Is, string Text)[]
            {
                (spec.RotationDegrees > 0, $"rotation up to {spec.RotationDegrees:0.##} degrees"),
                (spec.MinimumCropArea < 1, $"crops of {spec.MinimumCropArea:0.##} of the area or more"),
                (spec.FlipHorizontally > 0, "left and right exchanged"),
                (spec.FlipVertically > 0, "top and bottom exchanged"),
                (spec.ElasticDeviation > 0, $"elastic deformation by {spec.ElasticDeviation:0.###} of the long side"),
                (spec.Brightness > 0, "brightness"),
                (spec.Contrast > 0, "contrast"),
                (spec.Saturation > 0, "saturation"),
                (spec.Gamma > 0, "gamma"),
                (spec.BlurSigma > 0, "blur"),
                (spec.NoiseDeviation > 0, "noise"),
                (spec.MixUpAlpha > 0, "MixUp"),
            }.Where(c => c.Is).Select(c => c.Text),
        ];
        return changes.Length > 0 ? $"slices varied by {string.Join(", ", changes)}" : "slices as they are";
    }
}
