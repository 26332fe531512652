using SamTune.Training.State;

namespace SamTune.Bench;

/// <summary>Does something after every training step, on the thread that trains.</summary>
/// <param name="action">What.</param>
internal sealed class EachStep(Action action) : IProgress<TrainingProgress>
{
    /// <inheritdoc/>
    public void Report(TrainingProgress value) => action();
}
