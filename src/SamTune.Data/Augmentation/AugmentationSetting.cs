namespace SamTune.Data.Augmentation;

/// <summary>A value of an <see cref="AugmentationSpec"/> that can be set by its name.</summary>
/// <param name="Meaning">Its unit or what it is, in words.</param>
/// <param name="Set">The same augmentation with another value.</param>
public sealed record AugmentationSetting(string Meaning, Func<AugmentationSpec, double, AugmentationSpec> Set);
