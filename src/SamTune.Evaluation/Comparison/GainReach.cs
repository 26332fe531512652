namespace SamTune.Evaluation.Comparison;

/// <summary>How soon a learning curve reached a share of its own gain: the best validation Dice less that before the first step.</summary>
/// <param name="Share">The share, 0..1.</param>
/// <param name="Gain">The whole gain in Dice; 0 where no validation was better than the first.</param>
/// <param name="Steps">Steps at the first validation with that share; null without a gain.</param>
/// <param name="Seconds">Seconds until then; null without a gain.</param>
public sealed record GainReach(double Share, double Gain, int? Steps, double? Seconds)
{
    /// <summary>Reads it off a curve.</summary>
    /// <param name="curve">Validations by rising step; the first is that before the first step, at step 0.</param>
    /// <param name="share">The share asked for, above 0 and at most 1.</param>
    /// <exception cref="ArgumentException">The curve does not start at step 0, or the share is out of range.</exception>
    public static GainReach Of(IReadOnlyList<CurvePoint> curve, double share = 0.95)
    {
        if (curve.Count == 0 || curve[0].Step != 0)
        {
            throw new ArgumentException("A gain is measured from step 0; the curve does not start there.", nameof(curve));
        }

        if (!(share is > 0 and <= 1))
        {
            throw new ArgumentException($"The share of a gain lies above 0 and is at most 1; got {share}.", nameof(share));
        }

        double start = curve[0].Dice, best = curve.Max(p => p.Dice);
        if (best <= start)
        {
            return new GainReach(share, 0, null, null);
        }

        // The best point itself has the whole gain, whatever rounding does to the product.
        CurvePoint reached = curve.First(p => p.Dice >= start + (share * (best - start)) || p.Dice == best);
        return new GainReach(share, best - start, reached.Step, reached.Seconds);
    }
}
