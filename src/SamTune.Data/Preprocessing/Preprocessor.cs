using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Nifti;

namespace SamTune.Data.Preprocessing;

/// <summary>Carries out a <see cref="PreprocessingSpec"/>. Holds no state besides it: safe to use from several threads.</summary>
public sealed class Preprocessor
{
    // Above this many voxels every n-th is looked at: the error of a percentile is then far below one grey level.
    private const long MaximumVolumeSamples = 1 << 26;

    /// <summary>Creates one for a recipe.</summary>
    /// <param name="spec">The recipe.</param>
    /// <exception cref="InputException">The recipe is not valid.</exception>
    public Preprocessor(PreprocessingSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        spec.Validate("preprocessing");
        Spec = spec;
    }

    /// <summary>The recipe.</summary>
    public PreprocessingSpec Spec { get; }

    /// <summary>Reads a picture file and applies the recipe to it.</summary>
    /// <param name="path">PNG, JPEG, TIFF or WebP.</param>
    /// <param name="limits">Largest sizes; the default when null.</param>
    /// <exception cref="InputException">The file cannot be read or does not fit the recipe.</exception>
    public RgbImage Read(string path, ReadLimits? limits = null)
    {
        if (Spec.Mapping == IntensityMapping.Rgb)
            return ImageReader.ReadRgb(path, limits);
        return Apply(ImageReader.ReadRaster(path, limits), path);
    }

    /// <summary>Applies the recipe to a picture with the picture's own statistics.</summary>
    /// <param name="raster">Grey or RGB, with or without alpha, which is dropped.</param>
    /// <param name="source">File it came from, for messages.</param>
    /// <exception cref="InputException">The picture does not fit the recipe.</exception>
    public RgbImage Apply(Raster raster, string source)
    {
        ArgumentNullException.ThrowIfNull(raster);
        RequireColours(raster, source);
        return Apply(raster, Measure(WithoutAlpha(raster)), source);
    }

    /// <summary>Applies the recipe with statistics taken elsewhere, such as over the volume that a slice is from.</summary>
    /// <param name="raster">Grey or RGB, with or without alpha, which is dropped.</param>
    /// <param name="range">The two values that become 0 and 255.</param>
    /// <param name="source">File it came from, for messages.</param>
    /// <returns>8-bit RGB; all black where the range is empty (a constant picture).</returns>
    /// <exception cref="InputException">The picture does not fit the recipe.</exception>
    public RgbImage Apply(Raster raster, IntensityRange range, string source)
    {
        ArgumentNullException.ThrowIfNull(raster);
        RequireColours(raster, source);
        if (Spec.Mapping == IntensityMapping.Rgb && raster.StoredAs != SampleKind.UInt8)
        {
            throw new InputException(
                $"{source}: samples are {raster.StoredAs}; the preprocessing 'rgb' takes 8-bit ones as they are: choose minmax, "
                    + "percentile, window or zscore.");
        }

        double width = range.High > range.Low ? range.High - range.Low : double.PositiveInfinity;
        var pixels = new byte[checked((int)(raster.Size.PixelCount * 3))];
        int channels = raster.Channels;
        int green = channels < 3 ? 0 : 1, blue = channels < 3 ? 0 : 2;
        for (int i = 0, o = 0; o < pixels.Length; i += channels, o += 3)
        {
            pixels[o] = Map(raster.Samples[i], range.Low, width);
            pixels[o + 1] = green == 0 ? pixels[o] : Map(raster.Samples[i + green], range.Low, width);
            pixels[o + 2] = blue == 0 ? pixels[o] : Map(raster.Samples[i + blue], range.Low, width);
        }

        return new RgbImage(raster.Size, pixels);
    }

    /// <summary>The two values for a whole volume, so that its slices keep their brightness relative to each other.</summary>
    /// <param name="volume">The volume; of more than 67 million voxels every n-th is looked at.</param>
    public IntensityRange Measure(NiftiVolume volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        if (Spec.Mapping is IntensityMapping.Rgb or IntensityMapping.Window)
            return Measure([]);
        int step = (int)((volume.Geometry.Size.VoxelCount + MaximumVolumeSamples - 1) / MaximumVolumeSamples);
        return Measure(volume.Samples(step));
    }

    /// <summary>The two values for a set of samples.</summary>
    /// <param name="samples">Finite samples; not kept or changed.</param>
    public IntensityRange Measure(ReadOnlySpan<float> samples)
    {
        switch (Spec.Mapping)
        {
            case IntensityMapping.Rgb:
                return new IntensityRange(0, 255);
            case IntensityMapping.Window:
                return new IntensityRange(Spec.WindowLow!.Value, Spec.WindowHigh!.Value);
            case IntensityMapping.MinMax:
                (float low, float high) = Extremes(samples);
                return new IntensityRange(low, high);
            case IntensityMapping.Percentile:
                float[] sorted = Region(samples);
                Array.Sort(sorted);
                return new IntensityRange(Percentile(sorted, Spec.LowPercentile), Percentile(sorted, Spec.HighPercentile));
            default:
                return MeanAndDeviations(Region(samples));
        }
    }

    private static byte Map(float value, double low, double width) => (byte)(Math.Clamp((value - low) / width, 0, 1) * 255 + 0.5);

    private static void RequireColours(Raster raster, string source)
    {
        if (raster.Channels > 4)
        {
            throw new InputException(
                $"{source}: {raster.Channels} channels; grey or RGB is needed, with or without alpha: choose the bands to use.");
        }
    }

    // Two channels are grey with alpha, four RGB with alpha; transparency is no intensity.
    private static float[] WithoutAlpha(Raster raster)
        => raster.Channels is 2 or 4 ? [.. raster.Samples.Where((_, i) => i % raster.Channels != raster.Channels - 1)] : raster.Samples;

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

    private float[] Region(ReadOnlySpan<float> samples)
    {
        if (Spec.Region == StatisticsRegion.All)
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

    private IntensityRange MeanAndDeviations(float[] samples)
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
        double reach = Spec.Deviations * Math.Sqrt(squares / samples.Length);
        return new IntensityRange(mean - reach, mean + reach);
    }
}
