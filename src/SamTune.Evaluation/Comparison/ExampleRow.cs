using SamTune.Imaging;

namespace SamTune.Evaluation.Comparison;

/// <summary>One object with what was found of it: a row of the contact sheet.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Truth">The true mask.</param>
/// <param name="Found">What each method found, in the order of the columns.</param>
public sealed record ExampleRow(RgbImage Image, BinaryMask Truth, IReadOnlyList<BinaryMask> Found);
