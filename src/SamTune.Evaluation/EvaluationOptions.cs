using SamTune.Data.Prompts;

namespace SamTune.Evaluation;

/// <summary>What is measured.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Single prompts to measure with: none, box, point or boxAndPoints.</summary>
    public IReadOnlyList<PromptKind> Prompts { get; init; } = [PromptKind.Box, PromptKind.Point];

    /// <summary>Clicks of a user who corrects the prediction; the Dice after each is kept, and the third is reported as a prompt kind. 0 leaves the clicks out.</summary>
    public int Clicks { get; init; } = 3;

    /// <summary>Shares by which the exact box is widened on every side, for the curve of Dice over looseness; empty leaves it out.</summary>
    public IReadOnlyList<double> BoxLooseness { get; init; } = [];

    /// <summary>Distance within which two surfaces agree, in millimetres (in pixels where a picture has no scale).</summary>
    public double SurfaceTolerance { get; init; } = 2;

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    public void Validate()
    {
        if (Prompts.Contains(PromptKind.Points))
        {
            throw new ArgumentException("evaluation: 'points' is a training prompt; use clicks for several corrective clicks.");
        }

        if (Prompts.Count == 0 && Clicks == 0 && BoxLooseness.Count == 0)
        {
            throw new ArgumentException("evaluation: nothing to measure; name a prompt, clicks or a box looseness.");
        }

        if (Clicks is < 0 or > 100 || BoxLooseness.Any(l => !(l is > -0.5 and <= 10)) || !(SurfaceTolerance > 0))
        {
            throw new ArgumentException("evaluation: clicks must be 0 to 100, box looseness above -0.5 and at most 10, and the surface tolerance above 0.");
        }
    }
}
