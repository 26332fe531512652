namespace SamTune.Imaging.Scenes;

/// <summary>Finished rows of a label picture, over its whole width.</summary>
/// <param name="Y">The first row.</param>
/// <param name="Labels">The rows; 0 is background.</param>
public sealed record LabelStrip(int Y, LabelMap Labels);
