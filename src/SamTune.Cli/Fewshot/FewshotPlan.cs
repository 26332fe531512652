using SamTune.Adaptation.Lora;
using SamTune.Data.Augmentation;
using SamTune.Data.Prompts;
using SamTune.Training;

namespace SamTune.Cli.Fewshot;

/// <summary>The few-shot recipe, and how often it is repeated.</summary>
/// <param name="Shots">Numbers of training pictures, ascending.</param>
/// <param name="Seeds">Each draws its own pictures and trains on them.</param>
/// <param name="MaxSteps">Steps of a training at most; null for as many as 100 epochs have.</param>
/// <param name="LearningRate">Full learning rate; null for LoRA's own.</param>
internal sealed record FewshotPlan(IReadOnlyList<int> Shots, IReadOnlyList<long> Seeds, int? MaxSteps, double? LearningRate)
{
    /// <summary>The claim for no picture at all.</summary>
    public const double ClaimedZeroShot = 65.2;

    /// <summary>The claims under test, by number of pictures, in percent. They come without data set and prompt.</summary>
    public static IReadOnlyDictionary<int, double> Claims { get; } = new Dictionary<int, double> { [10] = 72.1, [50] = 78.8, [100] = 82.3 };

    /// <summary>Rank 4; alpha 16 keeps the factor alpha / rank = 4 of the usual rank 8 with alpha 32, so that learning rates carry over.</summary>
    public static LoraConfig Method { get; } = new() { Rank = 4, Alpha = 16 };

    /// <summary>What is measured with, and validated with: the step that is kept must be good for both.</summary>
    public static IReadOnlyList<PromptKind> Measured { get; } = [PromptKind.Box, PromptKind.Point];

    /// <summary>Settings of one training: the preset's augmentation with MixUp, up to 100 epochs, stopped after 5 validations without a lower loss.</summary>
    /// <param name="seed">Where its random numbers come from.</param>
    public TrainingOptions Options(long seed) => new()
    {
        Epochs = 100,
        MaxSteps = MaxSteps,
        LearningRate = LearningRate,
        Patience = 5,
        Augmentation = AugmentationSpec.FewShot,
        Prompts = PromptMixture.Default with { None = 0 },
        ValidationPrompts = Measured,
        Seed = seed,
    };
}
