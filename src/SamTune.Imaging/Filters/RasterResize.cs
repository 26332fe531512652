namespace SamTune.Imaging.Filters;

/// <summary>Resizes measured pictures of any number of channels, aligned as <see cref="PillowResize"/> does it: the outer edges of the first and last pixel stay where they are.</summary>
public static class RasterResize
{
    /// <summary>
    /// Linear, with a wider filter when shrinking. Pixels without data take no part: a result's pixel is the weighted mean of those with data, and has none (NaN) where they are less than
    /// half of its weight.
    /// </summary>
    /// <param name="raster">The picture.</param>
    /// <param name="target">Height and width wanted, each at least 1.</param>
    /// <returns>A new picture, its resolution changed with its size; <paramref name="raster"/> itself when the size is unchanged.</returns>
    public static Raster Linear(Raster raster, ImageSize target)
    {
        ArgumentNullException.ThrowIfNull(raster);
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Height, 1, nameof(target));
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Width, 1, nameof(target));
        if (raster.Size == target)
            return raster;

        int channels = raster.Channels, wide = 2 * channels;
        float[] rows = Pass(
            Weighted(raster), PillowResize.Taps.Create(raster.Size.Width, target.Width), lines: raster.Size.Height, lineStep: raster.Size.Width * wide, targetLineStep: target.Width * wide,
            target.Width, step: wide, wide, checked(raster.Size.Height * target.Width * wide));
        float[] values = Pass(
            rows, PillowResize.Taps.Create(raster.Size.Height, target.Height), lines: target.Width, lineStep: wide, targetLineStep: wide,
            target.Height, step: target.Width * wide, wide, checked((int)target.PixelCount * wide));
        var samples = new float[(int)target.PixelCount * channels];
        for (int i = 0; i < samples.Length; i++)
        {
            int at = (i / channels * wide) + (i % channels);
            float share = values[at + channels];
            samples[i] = share >= 0.5f ? values[at] / share : float.NaN;
        }

        return new Raster(target, channels, samples, SampleKind.Float32)
        {
            BandNames = raster.BandNames,
            Resolution = raster.Resolution?.Resized(raster.Size, target),
        };
    }

    // The samples of a pixel, 0 where there are none, and behind them how much of each is data.
    private static float[] Weighted(Raster raster)
    {
        int channels = raster.Channels;
        var weighted = new float[checked((int)raster.Size.PixelCount * 2 * channels)];
        for (int i = 0; i < raster.Samples.Length; i++)
        {
            float sample = raster.Samples[i];
            if (!float.IsFinite(sample))
                continue;
            int at = (i / channels * 2 * channels) + (i % channels);
            weighted[at] = sample;
            weighted[at + channels] = 1;
        }

        return weighted;
    }

    // Along one axis: positions are a step apart, neighbouring lines a line step.
    private static float[] Pass(
        float[] source, PillowResize.Taps taps, int lines, int lineStep, int targetLineStep, int positions, int step, int values, int length)
    {
        var result = new float[length];
        for (int line = 0; line < lines; line++)
        {
            for (int position = 0; position < positions; position++)
            {
                ReadOnlySpan<int> weights = taps.Weights(position);
                Span<float> output = result.AsSpan((line * targetLineStep) + (position * step), values);
                for (int j = 0; j < weights.Length; j++)
                {
                    float weight = weights[j] / (float)(1 << PillowResize.FractionBits);
                    ReadOnlySpan<float> input = source.AsSpan((line * lineStep) + ((taps.First[position] + j) * step), values);
                    for (int v = 0; v < values; v++)
                        output[v] += weight * input[v];
                }
            }
        }

        return result;
    }
}
