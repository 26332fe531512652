using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Comparison;

/// <summary>One method with one prompt on one test set, or on all sets of a kind of subject.</summary>
public sealed record ComparedScore
{
    /// <summary>Name of the base without any method.</summary>
    public const string ZeroShot = "zero-shot";

    /// <summary>The method's name, or <see cref="ZeroShot"/>.</summary>
    public required string Method { get; init; }

    /// <summary>Whether the pictures show the training subject.</summary>
    public required SubjectKind Subject { get; init; }

    /// <summary>The set; null for the mean of the sets of this subject kind, each counting the same.</summary>
    public required string? Set { get; init; }

    /// <summary>The prompt, as in <see cref="Reports.ObjectScore.PromptKind"/>.</summary>
    public required string Prompt { get; init; }

    /// <summary>Dice, 0..1.</summary>
    public required BootstrapInterval Dice { get; init; }

    /// <summary>Intersection over union, 0..1.</summary>
    public required BootstrapInterval Iou { get; init; }

    /// <summary>Dice less the zero-shot Dice of the same object (a paired bootstrap over objects); null for zero-shot itself.</summary>
    public required BootstrapInterval? Gain { get; init; }
}
