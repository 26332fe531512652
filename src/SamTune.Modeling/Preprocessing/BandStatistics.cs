namespace SamTune.Modeling.Preprocessing;

/// <summary>Mean and standard deviation of one band of rasters.</summary>
/// <param name="Mean">In the unit of the samples.</param>
/// <param name="Deviation">Of the population, in the same unit.</param>
public readonly record struct BandStatistics(double Mean, double Deviation)
{
    /// <summary>Measures a band over any number of rasters, one at a time.</summary>
    /// <param name="planes">The band's samples of each raster; all finite.</param>
    /// <exception cref="ArgumentException">There are no samples, or one is not finite.</exception>
    public static BandStatistics Of(IEnumerable<ReadOnlyMemory<float>> planes)
    {
        ArgumentNullException.ThrowIfNull(planes);

        // Welford 1962, "Note on a method for calculating corrected sums of squares and products": sums of squares alone would cancel.
        long count = 0;
        double mean = 0, squares = 0;
        foreach (ReadOnlyMemory<float> plane in planes)
        {
            foreach (float sample in plane.Span)
            {
                count++;
                double difference = sample - mean;
                mean += difference / count;
                squares += difference * (sample - mean);
            }
        }

        return count > 0 && double.IsFinite(mean) && double.IsFinite(squares)
            ? new BandStatistics(mean, Math.Sqrt(squares / count))
            : throw new ArgumentException($"A band has {count} samples with mean {mean}; at least one sample, and finite ones only, are needed.", nameof(planes));
    }
}
