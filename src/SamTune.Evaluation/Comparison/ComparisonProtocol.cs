namespace SamTune.Evaluation.Comparison;

/// <summary>How every method of a comparison was trained: the same for all but for the learning rate.</summary>
/// <param name="Steps">Steps of the optimiser.</param>
/// <param name="BatchSize">Pictures a step.</param>
/// <param name="ValidateEvery">Steps between two validations: how finely a learning curve is known.</param>
/// <param name="TrainingPrompts">The prompts trained with, in words.</param>
/// <param name="ValidationPrompts">The prompts of the learning curves and of the choice of the kept step.</param>
/// <param name="Tasks">What was trained on.</param>
public sealed record ComparisonProtocol(
    int Steps, int BatchSize, int ValidateEvery, string TrainingPrompts, IReadOnlyList<string> ValidationPrompts, IReadOnlyList<TrainedTask> Tasks);
