namespace SamTune.Training.Optimisation;

/// <summary>Linear warm-up, then a cosine down to a floor (Loshchilov &amp; Hutter 2017, "SGDR", equation 5, one cycle).</summary>
/// <param name="WarmupSteps">Steps until the full rate.</param>
/// <param name="TotalSteps">Steps of the whole run.</param>
/// <param name="Floor">Share of the full rate at the end, 0..1.</param>
public sealed record LearningRateSchedule(int WarmupSteps, int TotalSteps, double Floor = 0.01)
{
    /// <summary>Factor on the learning rate at a step.</summary>
    /// <param name="step">From 0.</param>
    public double FactorAt(int step)
    {
        if (step < WarmupSteps)
        {
            return (step + 1.0) / WarmupSteps;
        }

        double progress = Math.Min(1, (step - WarmupSteps) / (double)Math.Max(1, TotalSteps - WarmupSteps));
        return Floor + (1 - Floor) * 0.5 * (1 + Math.Cos(Math.PI * progress));
    }
}
