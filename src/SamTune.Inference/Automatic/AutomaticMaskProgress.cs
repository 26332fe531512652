namespace SamTune.Inference.Automatic;

/// <summary>How far automatic segmentation has come.</summary>
/// <param name="Points">Clicks answered.</param>
/// <param name="TotalPoints">Clicks in all, over all crops.</param>
/// <param name="Masks">Masks that passed so far, before those that lie over each other are dropped.</param>
public readonly record struct AutomaticMaskProgress(int Points, int TotalPoints, int Masks);
