namespace SamTune.Evaluation.Statistics;

/// <summary>
/// A mean with Student's t interval, for a few independent repetitions of an experiment (Student 1908): mean plus and minus t(n - 1) s / sqrt(n).
/// A bootstrap of three values would be far too narrow.
/// </summary>
public sealed record StudentInterval
{
    /// <summary>Mean of the values.</summary>
    public required double Mean { get; init; }

    /// <summary>Half the width of the interval; null for a single value, which says nothing about its spread.</summary>
    public required double? HalfWidth { get; init; }

    /// <summary>Number of values, at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>Interval of the mean of independent values.</summary>
    /// <param name="values">At least one value, all finite.</param>
    /// <param name="confidence">Probability that the interval is meant to hold, between 0 and 1.</param>
    /// <exception cref="ArgumentException">No values, one that is not finite, or a confidence out of range.</exception>
    public static StudentInterval OfMean(IReadOnlyList<double> values, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0 || values.Any(v => !double.IsFinite(v)))
        {
            throw new ArgumentException("An interval needs at least one value, and all of them finite.", nameof(values));
        }

        if (!(confidence > 0 && confidence < 1))
        {
            throw new ArgumentException($"A confidence lies between 0 and 1; got {confidence}.", nameof(confidence));
        }

        double mean = values.Average();
        double deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / Math.Max(1, values.Count - 1));
        return new StudentInterval
        {
            Mean = mean,
            HalfWidth = values.Count > 1 ? Quantile(confidence, values.Count - 1) * deviation / Math.Sqrt(values.Count) : null,
            Count = values.Count,
        };
    }

    /// <summary>The t that a variable of Student's distribution stays below in size with a given probability.</summary>
    internal static double Quantile(double probability, int degreesOfFreedom)
    {
        double low = 0, high = Math.PI / 2;
        for (int i = 0; i < 100; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Inside(middle, degreesOfFreedom) < probability ? (middle, high) : (low, middle);
        }

        return Math.Sqrt(degreesOfFreedom) * Math.Tan(low);
    }

    // P(|t| < sqrt(n) tan(angle)), exact for whole n: Abramowitz and Stegun 1964, 26.7.3 and 26.7.4.
    private static double Inside(double angle, int n)
    {
        bool isOdd = n % 2 == 1;
        double sine = Math.Sin(angle), cosine = Math.Cos(angle), term = isOdd ? cosine : 1, sum = 0;
        for (int i = isOdd ? 1 : 0; i <= n - 2; i += 2)
        {
            sum += term;
            term *= cosine * cosine * (i + 1) / (i + 2);
        }

        return isOdd ? 2 / Math.PI * (angle + sine * sum) : sine * sum;
    }
}
