namespace SamTune.Evaluation.Comparison;

/// <summary>One task of the training data.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="TrainingPictures">Pictures learned from.</param>
/// <param name="ValidationPictures">Pictures held out to choose the best step by.</param>
/// <param name="ValidationSource">Where these come from, in words.</param>
public sealed record TrainedTask(string Name, int TrainingPictures, int ValidationPictures, string ValidationSource);
