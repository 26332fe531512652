namespace SamTune.Evaluation.Relevance;

/// <summary>A sentence of a reading and the measured figure that it rests on.</summary>
/// <param name="Text">The sentence; names the figure in rounded form.</param>
/// <param name="Figure">Where the figure stands in the report's JSON, such as "embedding_shift.inside.mean".</param>
/// <param name="Value">The figure, not rounded.</param>
public sealed record RelevanceSentence(string Text, string Figure, double Value);
