namespace SamTune.Evaluation.Reports;

/// <summary>One object segmented by corrective clicks.</summary>
/// <param name="Group">Patient, volume or scene.</param>
/// <param name="DiceAfterClick">Dice after click 1, 2, ... N, each 0..1.</param>
public sealed record ClickSeries(string Group, IReadOnlyList<double> DiceAfterClick);
