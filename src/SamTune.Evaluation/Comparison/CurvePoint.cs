namespace SamTune.Evaluation.Comparison;

/// <summary>One validation of a learning curve.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Seconds">Seconds trained until then.</param>
/// <param name="Loss">Mean validation loss.</param>
/// <param name="Dice">Mean validation Dice, 0..1.</param>
public sealed record CurvePoint(int Step, double Seconds, double Loss, double Dice);
