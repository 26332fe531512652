namespace SamTune.Data.Augmentation;

/// <summary>The random share of MixUp: lambda a + (1 - lambda) b with lambda from Beta(alpha, alpha) (Zhang et al. 2018, "mixup", section 2).</summary>
public static class MixUp
{
    /// <summary>Draws the share of the first picture.</summary>
    /// <param name="alpha">Both parameters of the Beta distribution, 0.05..4.</param>
    /// <param name="random">Source of randomness.</param>
    /// <returns>0.5..1. The distribution is symmetric; of lambda and 1 - lambda the first picture is given the larger, so that an epoch shows every picture.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Alpha is not in its range.</exception>
    public static double DrawShare(double alpha, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(alpha, 0.05);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(alpha, 4);
        // Joehnk 1964: where u^(1/a) + v^(1/a) is at most 1, their ratio has the Beta distribution.
        while (true)
        {
            double x = Math.Pow(random.NextDouble(), 1 / alpha), y = Math.Pow(random.NextDouble(), 1 / alpha);
            if (x + y is > 0 and <= 1)
                return Math.Max(x, y) / (x + y);
        }
    }
}
