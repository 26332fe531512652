using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Checkpoints.Layouts;
using SamTune.Data.Prompts;
using SamTune.Training;

namespace SamTune.Cli.Quickstart;

/// <summary>What the quickstart trains: a small SAM from nothing on one task, then the four methods on another.</summary>
/// <param name="Seed">Where every random number comes from.</param>
/// <param name="BaseSteps">Steps of training from nothing.</param>
/// <param name="MethodSteps">Steps of each method.</param>
internal sealed record QuickstartPlan(long Seed, int BaseSteps, int MethodSteps)
{
    /// <summary>Task that the base learns: the whole brain.</summary>
    public const string BaseTask = "colin27_brain_axial";

    /// <summary>Task that the base never saw: the brain with its fluid, cut the other way.</summary>
    public const string AdaptedTask = "colin27_brain_hull_coronal";

    /// <summary>A small SAM: 192 pixels, patch 16, all modules of the large ones.</summary>
    public static SamArchitecture Architecture { get; } = new()
    {
        ImageSize = 192,
        EncoderEmbedDim = 96,
        EncoderDepth = 4,
        EncoderHeads = 4,
        WindowSize = 7,
        GlobalAttentionBlocks = [1, 3],
        PromptEmbedDim = 64,
        DecoderMlpDim = 128,
        IouHeadHiddenDim = 64,
    };

    /// <summary>Settings of the base's training.</summary>
    public TrainingOptions BaseOptions => new()
    {
        Epochs = int.MaxValue / 1000,
        MaxSteps = BaseSteps,
        BatchSize = 4,
        LearningRate = 1e-3,
        Prompts = new PromptMixture { Box = 0.6, Point = 0.2, Points = 0.1, BoxAndPoints = 0.1 },
        ValidateEvery = Math.Max(1, BaseSteps / 4),
        Seed = Seed,
    };

    /// <summary>The methods, each with its settings: same steps, same data, same prompts.</summary>
    public static IReadOnlyList<(MethodConfig Config, double LearningRate)> Methods =>
    [
        (new PromptTuningConfig(), 3e-3), (new LoraConfig(), 2e-3), (new AdapterConfig { Bottleneck = 16 }, 2e-3), (new FullConfig(), 5e-4),
    ];

    /// <summary>Settings of a method's training.</summary>
    /// <param name="learningRate">The method's rate; rates are higher than for a large pretrained SAM because this base is small.</param>
    public TrainingOptions MethodOptions(double learningRate) => new()
    {
        Epochs = int.MaxValue / 1000,
        MaxSteps = MethodSteps,
        BatchSize = 4,
        LearningRate = learningRate,
        Prompts = PromptMixture.Only(PromptKind.Box) with { Point = 0.2 },
        Seed = Seed,
    };
}
