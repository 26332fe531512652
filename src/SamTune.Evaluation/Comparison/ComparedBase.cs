namespace SamTune.Evaluation.Comparison;

/// <summary>The model that every method of a comparison starts from.</summary>
/// <param name="Name">The checkpoint's file name.</param>
/// <param name="Sha256">Fingerprint of its weights.</param>
/// <param name="Parameters">All parameters.</param>
/// <param name="EncoderParameters">Those of the image encoder.</param>
/// <param name="InputSide">Side of its square input, in pixels.</param>
public sealed record ComparedBase(string Name, string Sha256, long Parameters, long EncoderParameters, int InputSide);
