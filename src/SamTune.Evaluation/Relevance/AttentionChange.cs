namespace SamTune.Evaluation.Relevance;

/// <summary>Change of attention mass: the shares of attention, 0..1, that go to the object and to the rest of the picture. What is missing to 1 goes to padding.</summary>
/// <param name="Inside">To the object's tokens.</param>
/// <param name="Outside">To the other tokens of the picture.</param>
public sealed record AttentionChange(PairedChange Inside, PairedChange Outside);
