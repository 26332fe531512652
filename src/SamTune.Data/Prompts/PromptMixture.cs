namespace SamTune.Data.Prompts;

/// <summary>How often each kind of prompt is drawn in training, so that a model trained with boxes does not forget clicks. Weights need not sum to 1.</summary>
public sealed record PromptMixture
{
    /// <summary>Only boxes.</summary>
    public static PromptMixture BoxOnly { get; } = new() { Point = 0, Points = 0, BoxAndPoint = 0 };

    /// <summary>Weight of the empty prompt.</summary>
    public double None { get; init; }

    /// <summary>Weight of boxes.</summary>
    public double Box { get; init; } = 0.5;

    /// <summary>Weight of single clicks.</summary>
    public double Point { get; init; } = 0.25;

    /// <summary>Weight of several clicks.</summary>
    public double Points { get; init; } = 0.15;

    /// <summary>Weight of a box with a click.</summary>
    public double BoxAndPoint { get; init; } = 0.1;

    /// <summary>Checks the weights.</summary>
    /// <exception cref="ArgumentException">One is negative or not finite, or all are 0.</exception>
    public void Validate()
    {
        if (Weights.Any(w => !double.IsFinite(w.Weight) || w.Weight < 0) || Weights.Sum(w => w.Weight) <= 0)
        {
            throw new ArgumentException("prompts: weights must not be negative, and at least one must be above 0.");
        }
    }

    /// <summary>Draws a kind.</summary>
    /// <param name="random">Where the choice comes from.</param>
    public PromptKind Draw(Random random)
    {
        double at = random.NextDouble() * Weights.Sum(w => w.Weight);
        foreach ((PromptKind kind, double weight) in Weights)
        {
            at -= weight;
            if (at < 0)
            {
                return kind;
            }
        }

        return Weights.Last(w => w.Weight > 0).Kind;
    }

    private (PromptKind Kind, double Weight)[] Weights =>
        [(PromptKind.None, None), (PromptKind.Box, Box), (PromptKind.Point, Point), (PromptKind.Points, Points), (PromptKind.BoxAndPoint, BoxAndPoint)];
}
