using SamTune.Training.Caching;

namespace SamTune.Training.State;

/// <summary>What a run reports after each step.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="TotalSteps">Steps of the whole run.</param>
/// <param name="Epoch">Epoch of the step, from 1.</param>
/// <param name="Loss">Mean training loss of the step.</param>
/// <param name="Dice">Mean Dice of the step's thresholded masks, 0..1.</param>
/// <param name="LearningRate">Rate of the step.</param>
/// <param name="GradientNorm">L2 norm before clipping.</param>
/// <param name="ImagesPerSecond">Since the run was started or resumed.</param>
/// <param name="Remaining">Time left at this speed.</param>
/// <param name="WaitingShare">Share of the time in which the model waited for its pictures, 0..1, since the run was started or resumed.</param>
/// <param name="Validation">The validation that followed the step, if one did.</param>
public sealed record TrainingProgress(
    int Step, int TotalSteps, int Epoch, double Loss, double Dice, double LearningRate, double GradientNorm, double ImagesPerSecond, TimeSpan Remaining, double WaitingShare, ValidationPoint? Validation)
{
    /// <summary>What the user should know and the run goes on without, such as a folder of activations that cannot be written; null at all steps but one.</summary>
    public string? Warning { get; init; }
}

/// <summary>One measurement on the validation pictures.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Loss">Mean loss over objects.</param>
/// <param name="Dice">Mean Dice over objects, 0..1.</param>
public sealed record ValidationPoint(int Step, double Loss, double Dice);

/// <summary>How a run ended.</summary>
/// <param name="Steps">Steps done, over all resumptions.</param>
/// <param name="Ending">Why it ended.</param>
/// <param name="Best">The validation with the lowest loss, whose parameters the method holds now; null without validation pictures.</param>
/// <param name="Validations">All measurements.</param>
public sealed record TrainingResult(int Steps, TrainingEnding Ending, ValidationPoint? Best, IReadOnlyList<ValidationPoint> Validations)
{
    /// <summary>What was taken from kept activations; null where the method leaves nothing of the encoder frozen that is worth keeping.</summary>
    public CacheUse? Cache { get; init; }
}

/// <summary>Why a run ended.</summary>
public enum TrainingEnding
{
    /// <summary>All steps were done.</summary>
    Completed,

    /// <summary>The validation loss had not fallen for as long as the patience says.</summary>
    StoppedEarly,

    /// <summary>The caller cancelled; the run can be resumed.</summary>
    Cancelled,
}
