namespace SamTune.Evaluation.Relevance;

/// <summary>How much a method added to features on one picture, Frobenius norms over the whole map; both 0 where it added nothing.</summary>
/// <param name="Added">Of what was added.</param>
/// <param name="Features">Of what it was added to.</param>
internal readonly record struct AddedNorms(double Added, double Features);
