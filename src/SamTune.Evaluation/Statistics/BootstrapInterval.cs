using SamTune.Data;

namespace SamTune.Evaluation.Statistics;

/// <summary>
/// A mean with its percentile bootstrap interval (Efron and Tibshirani 1993, chapter 13; clustered: Davison and Hinkley 1997, section 3.8).
/// With few groups (fewer than about ten) a clustered interval is too narrow: <see cref="GroupCount"/> tells.
/// </summary>
public sealed record BootstrapInterval
{
    /// <summary>Mean of the values.</summary>
    public required double Mean { get; init; }

    /// <summary>Lower end of the interval for the mean.</summary>
    public required double Lower { get; init; }

    /// <summary>Upper end of the interval for the mean.</summary>
    public required double Upper { get; init; }

    /// <summary>Median of the values.</summary>
    public required double Median { get; init; }

    /// <summary>Sample standard deviation of the values (n - 1); 0 for a single value.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>Number of values, at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>Number of different groups among the values; equal to <see cref="Count"/> when no groups were given.</summary>
    public required int GroupCount { get; init; }

    /// <summary>What was drawn.</summary>
    public required ResamplingUnit ResampledBy { get; init; }

    /// <summary>Interval of the mean of independent values.</summary>
    /// <param name="values">At least one value, all finite.</param>
    /// <param name="options">Resamples, confidence and seed; the defaults when null.</param>
    /// <exception cref="ArgumentException">No values, one that is not finite, or options out of range.</exception>
    public static BootstrapInterval OfMean(IReadOnlyList<double> values, BootstrapOptions? options = null)
    {
        RequireFinite(values);
        int[] single = new int[values.Count];
        Array.Fill(single, 1);
        return Draw(values, [.. values], single, ResamplingUnit.Value, values.Count, options);
    }

    /// <summary>
    /// Interval of the mean of values that come in groups: whole groups are drawn. When all values belong to one group there is nothing to
    /// draw from; values are then drawn as if independent, and <see cref="ResampledBy"/> says so.
    /// </summary>
    /// <param name="values">At least one value, all finite.</param>
    /// <param name="groups">The group of each value: patient, volume or scene.</param>
    /// <param name="options">Resamples, confidence and seed; the defaults when null.</param>
    /// <exception cref="ArgumentException">No values, one that is not finite, not one group a value, or options out of range.</exception>
    public static BootstrapInterval OfMean(IReadOnlyList<double> values, IReadOnlyList<string> groups, BootstrapOptions? options = null)
    {
        RequireFinite(values);
        if (groups.Count != values.Count)
        {
            throw new ArgumentException($"{values.Count} values need as many groups; got {groups.Count}.", nameof(groups));
        }

        var position = new Dictionary<string, int>(StringComparer.Ordinal);
        var sums = new List<double>();
        var counts = new List<int>();
        for (int i = 0; i < values.Count; i++)
        {
            if (!position.TryGetValue(groups[i], out int group))
            {
                group = sums.Count;
                position.Add(groups[i], group);
                sums.Add(0);
                counts.Add(0);
            }

            sums[group] += values[i];
            counts[group]++;
        }

        return sums.Count == 1
            ? OfMean(values, options) with { GroupCount = 1 }
            : Draw(values, [.. sums], [.. counts], ResamplingUnit.Group, sums.Count, options);
    }

    /// <summary>
    /// Interval of the mean of several means, each counting the same however many values stand behind it: one mean a task. Values are drawn within their own stratum
    /// (Davison and Hinkley 1997, section 3.2.3).
    /// </summary>
    /// <param name="strata">At least one, each with at least one value, all finite.</param>
    /// <param name="options">Resamples, confidence and seed; the defaults when null.</param>
    /// <returns>Median, standard deviation and count are those of all values together; <see cref="GroupCount"/> is the number of strata.</returns>
    /// <exception cref="ArgumentException">No strata, one without values, a value that is not finite, or options out of range.</exception>
    public static BootstrapInterval OfMeanOfMeans(IReadOnlyList<IReadOnlyList<double>> strata, BootstrapOptions? options = null)
    {
        double[] all = [.. strata.SelectMany(s => s)];
        RequireFinite(all);
        if (strata.Any(s => s.Count == 0))
        {
            throw new ArgumentException("Every stratum needs at least one value.", nameof(strata));
        }

        options ??= BootstrapOptions.Default;
        options.Validate();
        Random random = DerivedRandom.Create(options.Seed, "bootstrap", 0);
        var means = new double[options.Resamples];
        for (int resample = 0; resample < means.Length; resample++)
        {
            foreach (IReadOnlyList<double> values in strata)
            {
                double sum = 0;
                for (int draw = 0; draw < values.Count; draw++)
                {
                    sum += values[random.Next(values.Count)];
                }

                means[resample] += sum / values.Count / strata.Count;
            }
        }

        return Describe(all, strata.Average(s => s.Average()), means, ResamplingUnit.ValueWithinStratum, strata.Count, options);
    }

    private static BootstrapInterval Draw(
        IReadOnlyList<double> values, double[] sums, int[] counts, ResamplingUnit unit, int groupCount, BootstrapOptions? options)
    {
        options ??= BootstrapOptions.Default;
        options.Validate();
        Random random = DerivedRandom.Create(options.Seed, "bootstrap", 0);
        var means = new double[options.Resamples];
        for (int resample = 0; resample < means.Length; resample++)
        {
            double sum = 0;
            long count = 0;
            for (int draw = 0; draw < sums.Length; draw++)
            {
                int drawn = random.Next(sums.Length);
                sum += sums[drawn];
                count += counts[drawn];
            }

            means[resample] = sum / count;
        }

        return Describe(values, values.Average(), means, unit, groupCount, options);
    }

    private static BootstrapInterval Describe(
        IReadOnlyList<double> values, double mean, double[] means, ResamplingUnit unit, int groupCount, BootstrapOptions options)
    {
        Array.Sort(means);
        double[] sorted = [.. values.Order()];
        double centre = values.Average();
        double tail = (1 - options.Confidence) / 2;
        double squares = values.Sum(v => (v - centre) * (v - centre));
        return new BootstrapInterval
        {
            Mean = mean,
            Lower = Quantile(means, tail),
            Upper = Quantile(means, 1 - tail),
            Median = Quantile(sorted, 0.5),
            StandardDeviation = values.Count > 1 ? Math.Sqrt(squares / (values.Count - 1)) : 0,
            Count = values.Count,
            GroupCount = groupCount,
            ResampledBy = unit,
        };
    }

    // Linear between order statistics (Hyndman and Fan 1996, type 7).
    private static double Quantile(double[] sorted, double probability)
    {
        double position = probability * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    private static void RequireFinite(IReadOnlyList<double> values)
    {
        if (values.Count == 0 || values.Any(v => !double.IsFinite(v)))
        {
            throw new ArgumentException("A bootstrap needs at least one value, and all of them finite.", nameof(values));
        }
    }
}
