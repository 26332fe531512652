using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Cli.Running;
using SamTune.Data.Augmentation;
using SamTune.Imaging;

namespace SamTune.Cli.DomainTable;

/// <summary>A domain of a <see cref="DomainTablePlan"/>.</summary>
internal sealed record DomainPlan
{
    /// <summary>A data set as for train; with <see cref="Tasks"/> the folder of a tasks.json, with <see cref="Squares"/> a picture.</summary>
    public required string Data { get; init; }

    /// <summary>Where the masks come from, in words that stand in the report: drawn by hand, from an atlas, derived by what.</summary>
    public required string Truth { get; init; }

    /// <summary>Tasks of the tasks.json, trained on together.</summary>
    public string[]? Tasks { get; init; }

    /// <summary>The mask of the picture that squares are cut from.</summary>
    public string? Masks { get; init; }

    /// <summary>How the picture is cut.</summary>
    public SquaresPlan? Squares { get; init; }

    /// <summary>Validation data, where Data is a data set; held out of Data when null.</summary>
    public string? Validation { get; init; }

    /// <summary>Test data, where Data is a data set; held out of Data when null.</summary>
    public string? Test { get; init; }

    /// <summary>Regular expression for the patient or scene in a picture's name, as <c>--group-pattern</c>, where Data is a data set: what is held out shares none with what is trained on.</summary>
    public string? GroupPattern { get; init; }

    /// <summary>The recipe's profile; as for train when null.</summary>
    public string? Profile { get; init; }

    /// <summary>Names of a scene's bands in the file's order.</summary>
    public string[]? Bands { get; init; }

    /// <summary>Whether each connected piece of a mask is an object of its own: a prompt then means one thing.</summary>
    public bool Pieces { get; init; }

    /// <summary>Objects with fewer pixels are left out.</summary>
    public int LeastArea { get; init; } = 1;

    /// <summary>Training pictures at most, of each task.</summary>
    public int MostTrain { get; init; } = 24;

    /// <summary>Test pictures at most, of each task; a third of it for validation.</summary>
    public int MostTest { get; init; } = 18;

    /// <summary>lora, adapters, output-adapter or prompt.</summary>
    public string Method { get; init; } = "lora";

    /// <summary>Learning rate; the method's own when null.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Augmentation preset; none when null.</summary>
    public string? Augment { get; init; }

    /// <summary>Single values on top of it, by the names of <c>--augment-set</c>.</summary>
    public Dictionary<string, double>? AugmentSet { get; init; }

    /// <summary>How training pictures are varied; null where they are not.</summary>
    /// <param name="place">Where the plan is, for messages.</param>
    /// <exception cref="InputException">A name is unknown, or a value is out of its range.</exception>
    public AugmentationSpec? Augmentation(string place) => Words.Augmentation(
        Words.Augmentation(Augment, $"{place}.augment"), [.. (AugmentSet ?? []).Select(s => FormattableString.Invariant($"{s.Key}={s.Value}"))], $"{place}.augmentSet");

    /// <summary>A trained artifact to measure instead of training one.</summary>
    public string? Adapter { get; init; }

    /// <summary>The methods by the names of <see cref="Method"/>.</summary>
    public static IReadOnlyDictionary<string, MethodConfig> Methods { get; } = new Dictionary<string, MethodConfig>(StringComparer.Ordinal)
    {
        [LoraConfig.MethodName] = new LoraConfig(),
        [AdapterConfig.MethodName] = new AdapterConfig(),
        ["output-adapter"] = new AdapterConfig { Blocks = [], Output = true },
        [PromptTuningConfig.MethodName] = new PromptTuningConfig(),
    };
}
