using System.CommandLine;
using SamTune.Cli.Running;
using SamTune.Data.Prompts;
using SamTune.Training;

namespace SamTune.Cli.Commands;

/// <summary>The flags of <c>train</c> that say how long and how it learns.</summary>
internal sealed class TrainOptionFlags
{
    private readonly Option<int?> epochs = new("--epochs") { Description = "Passes over the pictures (20)." };
    private readonly Option<int?> steps = new("--steps") { Description = "Steps at most." };
    private readonly Option<int?> batch = new("--batch") { Description = "Pictures a forward pass (2)." };
    private readonly Option<int?> objects = new("--objects") { Description = "Objects prompted a picture at most (4); more are drawn at random." };
    private readonly Option<int?> accumulate = new("--accumulate") { Description = "Forward passes a step (1)." };
    private readonly Option<double?> rate = new("--lr") { Description = "Learning rate; the method's own by default." };
    private readonly Option<double?> weightDecay = new("--weight-decay") { Description = "Decoupled weight decay (0.01)." };
    private readonly Option<int?> patience = new("--patience") { Description = "Validations without a lower loss before it stops." };
    private readonly Option<int?> validateEvery = new("--validate-every") { Description = "Steps between validations and resumable checkpoints; once an epoch by default." };
    private readonly Option<int?> correctiveRounds = new("--corrective-rounds") { Description = "Further rounds with a click on an error (0)." };
    private readonly Option<string?> prompts = new("--prompts") { Description = "What is prompted, with weights: box:0.5,point:0.25,points:0.15,box-and-points:0.1,none:0." };
    private readonly Option<string?> validationPrompts = new("--val-prompts") { Description = "What the validation prompts with, which chooses the kept step: of none, box, point, box-and-points (box; without trained boxes the trained kinds)." };
    private readonly AugmentationFlags augmentation = new();
    private readonly Option<int?> seed = new("--seed") { Description = "Where every random number comes from (1)." };

    /// <summary>Adds the flags to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option flag in new Option[] { epochs, steps, batch, objects, accumulate, rate, weightDecay, patience, validateEvery, correctiveRounds, prompts, validationPrompts, seed })
        {
            command.Add(flag);
        }

        augmentation.AddTo(command);
    }

    /// <summary>The settings of the run, checked.</summary>
    /// <param name="settings">Flags and file.</param>
    /// <param name="advised">What holds where nothing is said; null for the usual.</param>
    public TrainingOptions Read(CommandSettings settings, TrainingOptions? advised = null)
    {
        TrainingOptions usual = advised ?? new TrainingOptions();
        PromptMixture mixture = settings.List(prompts) is { } list ? Words.Mixture(list, prompts.Name) : usual.Prompts;
        TrainingOptions options = usual with
        {
            // A run that is asked for steps alone lasts as many as are asked for.
            Epochs = Count(epochs) ?? Count(steps) ?? usual.Epochs,
            MaxSteps = Count(steps),
            BatchSize = Count(batch) ?? usual.BatchSize,
            ObjectsPerImage = Count(objects) ?? usual.ObjectsPerImage,
            AccumulationSteps = Count(accumulate) ?? usual.AccumulationSteps,
            LearningRate = settings.Real(rate),
            WeightDecay = settings.Real(weightDecay) ?? usual.WeightDecay,
            Patience = Count(patience) ?? usual.Patience,
            ValidateEvery = Count(validateEvery),
            CorrectiveRounds = settings.Whole(correctiveRounds) ?? usual.CorrectiveRounds,
            Prompts = mixture,
            ValidationPrompts = settings.List(validationPrompts) is { } kinds ? [.. kinds.Select(k => Words.OneOf<PromptKind>(k, validationPrompts.Name)).Distinct()] : mixture.ForValidation(),
            Augmentation = augmentation.Read(settings, usual.Augmentation),
            Seed = settings.Whole(seed) ?? usual.Seed,
        };
        options.Validate();
        return options;

        int? Count(Option<int?> flag) => settings.Whole(flag) is { } count ? Words.AtLeastOne(count, flag.Name) : null;
    }
}
