using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Data.Augmentation;
using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;
using SamTune.Data.Prompts;
using SamTune.Training;

namespace SamTune.Cli.Quickstart;

/// <summary>What the quickstart trains and measures: the only place that says so.</summary>
/// <param name="Seed">Where every random number comes from.</param>
/// <param name="Steps">Steps of each method.</param>
/// <param name="IsQuick">Whether only a few slices are used, to see that everything works.</param>
internal sealed record QuickstartPlan(long Seed, int Steps, bool IsQuick)
{
    /// <summary>Prompts measured with.</summary>
    public static IReadOnlyList<PromptKind> Prompts { get; } = [PromptKind.Box, PromptKind.Point];

    /// <summary>
    /// Trained tasks, each with its counterpart in another subject: every task of the training head whose structure and plane exist in a second human head or a macaque. Of the cerebellum only
    /// the sagittal task: its axial test slices cross the labelled sagittal training slices. Chosen by what the splits support, before anything was measured.
    /// </summary>
    public static IReadOnlyList<(string Structure, string Trained, string Other)> Tasks { get; } =
    [
        ("brain with its fluid", "colin27_brain_hull_coronal", "itk_t1_brain_coronal"),
        ("caudate", "colin27_caudate_sagittal", "macaque_caudate_sagittal"),
        ("putamen", "colin27_putamen_sagittal", "macaque_putamen_sagittal"),
        ("cerebellum", "colin27_cerebellum_sagittal", "macaque_cerebellum_sagittal"),
    ];

    /// <summary>How values become grey levels.</summary>
    public static PreprocessingSpec Preprocessing => PreprocessingSpec.Mri;

    /// <summary>Each connected piece is an object: a prompt means one thing. Smaller pieces than the smallest masks that the task list takes are crumbs of the slicing.</summary>
    public static ObjectOptions Objects { get; } = new() { SplitComponents = true, MinimumArea = 60 };

    /// <summary>The methods and their learning rates, the same steps, slices and prompts for all.</summary>
    public static IReadOnlyList<(MethodConfig Config, double LearningRate)> Methods { get; } =
        [.. new MethodConfig[] { new PromptTuningConfig(), new LoraConfig(), new AdapterConfig(), new FullConfig() }.Select(c => (c, RateOf(c)))];

    /// <summary>Training slices a task at most: no task outweighs another, and neighbours, 1 mm apart, add little.</summary>
    public int TrainingSlices => IsQuick ? 4 : 24;

    /// <summary>Validation slices a task at most.</summary>
    public int ValidationSlices => IsQuick ? 1 : 6;

    /// <summary>Test slices a task at most.</summary>
    public int TestSlices => IsQuick ? 2 : 20;

    /// <summary>Steps between validations.</summary>
    public int ValidateEvery => Math.Max(1, Steps / 15);

    /// <summary>Settings of a method's training.</summary>
    /// <param name="learningRate">The method's rate.</param>
    public TrainingOptions OptionsFor(double learningRate) => new()
    {
        Epochs = int.MaxValue / 1000,
        MaxSteps = Steps,
        BatchSize = 4,
        LearningRate = learningRate,
        Prompts = PromptMixture.Only(PromptKind.Box) with { Point = 1 },
        ValidateEvery = ValidateEvery,
        ValidateFirst = true,
        ValidationPrompts = Prompts,
        Augmentation = AugmentationSpec.Medical,
        Seed = Seed,
    };

    /// <summary>A method's rate for as few steps as here, chosen on the validation slices; the methods' own rates are meant for epochs over many pictures.</summary>
    /// <param name="config">The method.</param>
    public static double RateOf(MethodConfig config) => config switch
    {
        FullConfig => 3e-4,
        LoraConfig or AdapterConfig => 3e-3,
        PromptTuningConfig => 0.3,
        _ => config.DefaultLearningRate,
    };
}
