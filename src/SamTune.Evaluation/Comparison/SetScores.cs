using SamTune.Evaluation.Reports;

namespace SamTune.Evaluation.Comparison;

/// <summary>All scores on one test set.</summary>
/// <param name="Set">The set's name.</param>
/// <param name="Subject">Whether it shows the training subject.</param>
/// <param name="ByMethod">Scores of the same objects and prompts in the same order, by method; among them <see cref="ComparedScore.ZeroShot"/>.</param>
/// <param name="Trivial">Dice of the same objects, by trivial method.</param>
public sealed record SetScores(
    string Set, SubjectKind Subject, IReadOnlyDictionary<string, IReadOnlyList<ObjectScore>> ByMethod, IReadOnlyDictionary<string, IReadOnlyList<double>> Trivial);
