using System.Text.Json.Serialization;
using SamTune.Data.Augmentation;
using SamTune.Data.Prompts;
using SamTune.Training.Caching;
using SamTune.Training.Losses;

namespace SamTune.Training;

/// <summary>Settings of a training run. Immutable; saved with the run, and a resumed run must have the same.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training pictures.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Steps of the optimiser at most; null for as many as the epochs have.</summary>
    public int? MaxSteps { get; init; }

    /// <summary>Pictures a forward pass.</summary>
    public int BatchSize { get; init; } = 2;

    /// <summary>Forward passes whose gradients are added up before a step.</summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>Objects prompted a picture at most; more are drawn at random.</summary>
    public int ObjectsPerImage { get; init; } = 4;

    /// <summary>Full learning rate; null for the method's own.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Learning rate of matrices by Muon, orthogonal momentum; null trains them by AdamW like everything else. For models trained from nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MatrixLearningRate { get; init; }

    /// <summary>Decoupled weight decay of matrices and filters; norms, biases and learned tokens have none.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Share of the steps in which the rate rises to its full value, 0..1.</summary>
    public double WarmupShare { get; init; } = 0.05;

    /// <summary>Gradients are scaled down to this L2 norm; 0 leaves them.</summary>
    public double GradientClip { get; init; } = 1;

    /// <summary>How often each kind of prompt is drawn.</summary>
    public PromptMixture Prompts { get; init; } = new();

    /// <summary>How training pictures are varied; null leaves them as they are, and out of the settings that a run saves.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AugmentationSpec? Augmentation { get; init; }

    /// <summary>
    /// Variations of a picture that there are; the epochs go through them and then start again, so that what the frozen part of the encoder makes of each can be kept. Null varies every picture
    /// anew in every epoch. Needs <see cref="Augmentation"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Views { get; init; }

    /// <summary>
    /// Activation checkpointing: the backward pass computes each encoder block again instead of keeping its inside, for about a third more time (docs/benchmarks.md) and a fraction of the memory. The gradients
    /// are the same.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Checkpointing { get; init; }

    /// <summary>Precision in which the frozen part of the encoder is kept, and used whether it was kept or not; <see cref="CachePrecision.Fp32"/> changes no number.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public CachePrecision CachePrecision { get; init; }

    /// <summary>Further rounds with a click on an error and the last low-res mask as input.</summary>
    public int CorrectiveRounds { get; init; }

    /// <summary>
    /// Trains the three alternatives of a lone click besides the single mask: the best of them counts, so that they part into whole, part and sub-part
    /// (Kirillov et al. 2023, section 3, "Resolving ambiguity"). For pretraining; a domain with one kind of object has nothing to part.
    /// </summary>
    public bool Multimask { get; init; }

    /// <summary>
    /// Scores the low-res logits against the mask averaged to their size, instead of the enlarged logits against the mask itself: a sixteenth of the work, for
    /// pretraining.
    /// </summary>
    public bool LowResLoss { get; init; }

    /// <summary>Computes the linear layers in bfloat16; see <see cref="Modeling.Layers.Autocast"/>.</summary>
    public bool BFloat16 { get; init; }

    /// <summary>Weights of the loss terms.</summary>
    public LossWeights Loss { get; init; } = new();

    /// <summary>Steps between validations; null for once an epoch.</summary>
    public int? ValidateEvery { get; init; }

    /// <summary>Whether there is a validation before the first step too, as step 0: where learning curves start. The best parameters may then be those of no training at all.</summary>
    public bool ValidateFirst { get; init; }

    /// <summary>Validations without a lower loss before the run stops; null never stops early.</summary>
    public int? Patience { get; init; }

    /// <summary>What the validation prompts with: each object once with each, all weighing the same in the loss that chooses the best parameters.</summary>
    public IReadOnlyList<PromptKind> ValidationPrompts { get; init; } = [PromptKind.Box];

    /// <summary>Where every random number comes from.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">One is out of range; the message names it and its range.</exception>
    public void Validate()
    {
        AtLeastOne(Epochs, "epochs");
        AtLeastOne(MaxSteps ?? 1, "maxSteps");
        AtLeastOne(BatchSize, "batchSize");
        AtLeastOne(AccumulationSteps, "accumulationSteps");
        AtLeastOne(ObjectsPerImage, "objectsPerImage");
        AtLeastOne(ValidateEvery ?? 1, "validateEvery");
        AtLeastOne(Patience ?? 1, "patience");
        AtLeastOne(Views ?? 1, "views");
        Require(Views is null || Augmentation is not null, $"views is {Views}, but pictures are not varied; choose an augmentation or leave views out");
        Require(Enum.IsDefined(CachePrecision), $"cachePrecision is {CachePrecision}; it must be one of {string.Join(", ", Enum.GetNames<CachePrecision>())}");
        Require(LearningRate is null or (> 0 and < 10), $"learningRate is {LearningRate}; it must be above 0 and below 10");
        Require(MatrixLearningRate is null or (> 0 and < 1), $"matrixLearningRate is {MatrixLearningRate}; it must be above 0 and below 1");
        Require(WeightDecay is >= 0 and < 1, $"weightDecay is {WeightDecay}; it must be at least 0 and below 1");
        Require(WarmupShare is >= 0 and <= 1, $"warmupShare is {WarmupShare}; it must be 0 to 1");
        Require(GradientClip >= 0, $"gradientClip is {GradientClip}; it must not be negative");
        Require(CorrectiveRounds is >= 0 and <= 20, $"correctiveRounds is {CorrectiveRounds}; it must be 0 to 20");
        Prompts.Validate();
        Require(ValidationPrompts.Count > 0, "validationPrompts is empty; name at least one kind of prompt");
        Require(!ValidationPrompts.Contains(PromptKind.Points), "validationPrompts has points; use none, box, point or boxAndPoints");
        Augmentation?.Validate();
        Require(
            Augmentation is not { MixUpAlpha: > 0 } || Prompts.Box + Prompts.Point + Prompts.Points + Prompts.BoxAndPoints > 0,
            "augmentation mixes pictures, but prompts are none only; two mixed pictures need prompts that say which object is meant");
        Loss.Validate();
    }

    private static void AtLeastOne(int value, string name) => Require(value >= 1, $"{name} is {value}; it must be at least 1");

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new ArgumentException($"training: {problem}.");
        }
    }
}
