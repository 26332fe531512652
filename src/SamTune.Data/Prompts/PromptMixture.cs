using SamTune.Imaging;

namespace SamTune.Data.Prompts;

/// <summary>
/// How often each kind of prompt is trained with, as weights that need not sum to 1. Training with one kind only makes a model forget the
/// others.
/// </summary>
public sealed record PromptMixture
{
    /// <summary>Boxes as often as everything with clicks; now and then nothing.</summary>
    public static PromptMixture Default { get; } = new();

    /// <summary>Weight of no prompt at all.</summary>
    public double None { get; init; } = 1;

    /// <summary>Weight of a box.</summary>
    public double Box { get; init; } = 4;

    /// <summary>Weight of one click.</summary>
    public double Point { get; init; } = 2;

    /// <summary>Weight of several clicks.</summary>
    public double Points { get; init; } = 2;

    /// <summary>Weight of a box with clicks.</summary>
    public double BoxAndPoints { get; init; } = 1;

    /// <summary>A mixture of one kind alone.</summary>
    /// <param name="kind">The kind.</param>
    public static PromptMixture Only(PromptKind kind) => new()
    {
        None = kind == PromptKind.None ? 1 : 0,
        Box = kind == PromptKind.Box ? 1 : 0,
        Point = kind == PromptKind.Point ? 1 : 0,
        Points = kind == PromptKind.Points ? 1 : 0,
        BoxAndPoints = kind == PromptKind.BoxAndPoints ? 1 : 0,
    };

    /// <summary>Weight of one kind.</summary>
    /// <param name="kind">The kind.</param>
    public double Weight(PromptKind kind) => kind switch
    {
        PromptKind.None => None,
        PromptKind.Box => Box,
        PromptKind.Point => Point,
        PromptKind.Points => Points,
        PromptKind.BoxAndPoints => BoxAndPoints,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>What held-out pictures are prompted with where nobody says: a box where boxes are trained; otherwise the kinds that are, one click for several.</summary>
    public IReadOnlyList<PromptKind> ForValidation() => Box > 0
        ? [PromptKind.Box]
        : [.. Trained().Select(k => k == PromptKind.Points ? PromptKind.Point : k).Distinct()];

    /// <summary>Draws a kind by the weights.</summary>
    /// <param name="random">Source of randomness.</param>
    public PromptKind Draw(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        PromptKind[] kinds = [.. Trained()];
        double left = random.NextDouble() * kinds.Sum(Weight);
        PromptKind last = PromptKind.None;
        foreach (PromptKind kind in kinds)
        {
            last = kind;
            left -= Weight(kind);
            if (left < 0)
                break;
        }

        return last;
    }

    private IEnumerable<PromptKind> Trained() => Enum.GetValues<PromptKind>().Where(k => Weight(k) > 0);

    /// <summary>Checks all values together.</summary>
    /// <exception cref="InputException">A weight is negative or all are 0.</exception>
    public void Validate()
    {
        double[] weights = [.. Enum.GetValues<PromptKind>().Select(Weight)];
        if (weights.Any(w => !(w >= 0 && double.IsFinite(w))) || weights.Sum() <= 0)
        {
            throw new InputException(
                $"prompt mixture has the weights {string.Join(", ", weights)}; 0 or more each and one above 0 are needed.");
        }
    }
}
