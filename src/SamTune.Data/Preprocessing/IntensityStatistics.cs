namespace SamTune.Data.Preprocessing;

/// <summary>The two values that a recipe maps onto 0 and 255, from a set of finite samples.</summary>
internal static class IntensityStatistics
{
    /// <summary>The two values; 0 and 0 where there is no sample.</summary>
    public static IntensityRange Measure(PreprocessingSpec spec, ReadOnlySpan<float> samples)
    {
        switch (spec.Mapping)
        {
            case IntensityMapping.Rgb:
                return new IntensityRange(0, 255);
            case IntensityMapping.Window:
                // Three windows are taken from the recipe when they are applied.
                return new IntensityRange(spec.WindowLow ?? 0, spec.WindowHigh ?? 0);
            case IntensityMapping.MinMax:
                (float low, float high) = Extremes(samples);
                return new IntensityRange(low, high);
            case IntensityMapping.Percentile:
                float[] sorted = Region(spec, samples);
                Array.Sort(sorted);
                return new IntensityRange(Percentile(sorted, spec.LowPercentile), Percentile(sorted, spec.HighPercentile));
            default:
                return MeanAndDeviations(Region(spec, samples), spec.Deviations);
        }
    }

    private static (float Low, float High) Extremes(ReadOnlySpan<float> samples)
    {
        if (samples.IsEmpty)
            return (0, 0);
        float low = samples[0], high = samples[0];
        foreach (float sample in samples)
        {
            low = Math.Min(low, sample);
            high = Math.Max(high, sample);
        }

        return (low, high);
    }

    private static float[] Region(PreprocessingSpec spec, ReadOnlySpan<float> samples)
    {
        if (spec.Region == StatisticsRegion.All)
            return samples.ToArray();

        float low = Extremes(samples).Low;
        int count = 0;
        foreach (float sample in samples)
            count += sample > low ? 1 : 0;
        // A constant picture has no foreground; then the whole of it has to do.
        if (count == 0)
            return samples.ToArray();

        var region = new float[count];
        int next = 0;
        foreach (float sample in samples)
        {
            if (sample > low)
                region[next++] = sample;
        }

        return region;
    }

    // Linear between the two nearest ranks, as NumPy's default does.
    private static double Percentile(float[] sorted, double percentile)
    {
        if (sorted.Length == 0)
            return 0;
        double position = percentile / 100 * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - (double)sorted[below]));
    }

    private static IntensityRange MeanAndDeviations(float[] samples, double deviations)
    {
        if (samples.Length == 0)
            return new IntensityRange(0, 0);
        double mean = 0;
        foreach (float sample in samples)
            mean += sample;
        mean /= samples.Length;
        double squares = 0;
        foreach (float sample in samples)
            squares += (sample - mean) * (sample - mean);
        double reach = deviations * Math.Sqrt(squares / samples.Length);
        return new IntensityRange(mean - reach, mean + reach);
    }
}
