using SamTune.Imaging;

namespace SamTune.Data.Prompts;

/// <summary>How careless simulated users are.</summary>
public sealed record PromptSamplerOptions
{
    /// <summary>The options used when none are given.</summary>
    public static PromptSamplerOptions Default { get; } = new();

    /// <summary>
    /// Standard deviation of a box edge's error, as a share of the box's side (SAM, Kirillov et al. 2023, appendix A: 0.1).
    /// </summary>
    public double BoxJitter { get; init; } = 0.1;

    /// <summary>Largest error of a box edge, in pixels (SAM: 20).</summary>
    public double MaximumBoxJitter { get; init; } = 20;

    /// <summary>Most clicks of <see cref="PromptKind.Points"/> on the object; at least one is given.</summary>
    public int MaximumForegroundPoints { get; init; } = 3;

    /// <summary>Most clicks of <see cref="PromptKind.Points"/> beside the object; there may be none.</summary>
    public int MaximumBackgroundPoints { get; init; } = 2;

    /// <summary>Checks all values together.</summary>
    /// <exception cref="InputException">A value is out of its range.</exception>
    public void Validate()
    {
        if (!(BoxJitter >= 0 && BoxJitter <= 1 && MaximumBoxJitter >= 0))
            throw new InputException($"box jitter is {BoxJitter} with at most {MaximumBoxJitter} pixels; 0 to 1 and 0 or more are needed.");
        if (MaximumForegroundPoints < 1 || MaximumBackgroundPoints < 0)
        {
            throw new InputException(
                $"prompt points are {MaximumForegroundPoints} on the object and {MaximumBackgroundPoints} beside it; at least 1 "
                    + "and 0 are needed.");
        }
    }
}
