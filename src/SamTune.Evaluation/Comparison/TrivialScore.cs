using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Comparison;

/// <summary>What a method that learns nothing scores: a model is only of use above all of them.</summary>
/// <param name="Name">The method in words.</param>
/// <param name="Subject">Whether the pictures show the training subject.</param>
/// <param name="Set">The set; null for the mean of the sets of this subject kind, each counting the same.</param>
/// <param name="Dice">Its Dice, 0..1.</param>
public sealed record TrivialScore(string Name, SubjectKind Subject, string? Set, BootstrapInterval Dice);
