using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Reports;

/// <summary>Clicks needed to reach one Dice (NoC@85: Dice 0.85).</summary>
/// <param name="Dice">The Dice to reach, inclusive.</param>
/// <param name="Clicks">Mean number of clicks with its interval; an object that never got there counts with all N clicks.</param>
/// <param name="NotReached">Objects that never got there.</param>
/// <param name="ShareNotReached">The same as a share of all objects, 0..1: a mean of clicks says little where this is high.</param>
public sealed record ClickTarget(double Dice, BootstrapInterval Clicks, int NotReached, double ShareNotReached);
