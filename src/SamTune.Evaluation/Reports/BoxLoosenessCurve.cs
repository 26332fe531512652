using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Reports;

/// <summary>How Dice falls as the prompted box gets looser.</summary>
/// <param name="Points">One point for each looseness that occurs, rising.</param>
public sealed record BoxLoosenessCurve(IReadOnlyList<BoxLoosenessPoint> Points)
{
    /// <summary>Brings together the scores that carry a <see cref="ObjectScore.BoxLooseness"/>; others are left out.</summary>
    /// <param name="scores">At least one of them with a looseness; equal fractions are one point.</param>
    /// <param name="options">Intervals; the defaults when null.</param>
    /// <exception cref="ArgumentException">No score carries a looseness.</exception>
    public static BoxLoosenessCurve Of(IEnumerable<ObjectScore> scores, SummaryOptions? options = null)
    {
        options ??= SummaryOptions.Default;
        BoxLoosenessPoint[] points =
        [
            .. from score in scores
               where score.BoxLooseness != null
               group score by score.BoxLooseness!.Value into fraction
               orderby fraction.Key
               select new BoxLoosenessPoint(
                   fraction.Key,
                   options.IntervalOf([.. fraction.Select(s => s.Dice)], [.. fraction.Select(s => s.Group)])),
        ];
        return points.Length > 0
            ? new BoxLoosenessCurve(points)
            : throw new ArgumentException("A looseness curve needs at least one score of a box prompt.", nameof(scores));
    }
}

/// <summary>One point of the curve.</summary>
/// <param name="Looseness">Fraction of the box's own side by which each side was moved outwards; 0 is tight.</param>
/// <param name="Dice">Dice at this looseness.</param>
public sealed record BoxLoosenessPoint(double Looseness, BootstrapInterval Dice);
