using SamTune.Data.Domains;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Filters;
using SamTune.Imaging.Nifti;
using SamTune.Imaging.Scenes;

namespace SamTune.Data.Preprocessing;

/// <summary>Carries out a <see cref="PreprocessingSpec"/>. Holds no state besides it: safe to use from several threads.</summary>
public sealed class Preprocessor
{
    // Above this many voxels or pixels every n-th is looked at: the error of a percentile is then far below one grey level.
    private const long MaximumSamples = 1 << 26;
    private const int StripRows = 256;
    private const int Rgb = 3;

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
        if (Spec.Scene == null)
        {
            return Spec is { Mapping: IntensityMapping.Rgb, GreyWorld: false }
                ? Finish(ImageReader.ReadRgb(path, limits))
                : Apply(ImageReader.ReadRaster(path, limits), path);
        }

        using IRasterSource source = RasterSource.Open(path);
        (limits ?? ReadLimits.Default).Check(path, source.Size.Width, source.Size.Height);
        Raster raster = source.Read(PixelWindow.Whole(source.Size));
        RequireStored(raster, path);
        return Apply(raster, path);
    }

    /// <summary>Applies the recipe to a picture with the picture's own statistics.</summary>
    /// <param name="raster">Grey or RGB, with or without alpha, which is dropped; or the bands of a scene.</param>
    /// <param name="source">File it came from, for messages.</param>
    /// <exception cref="InputException">The picture does not fit the recipe.</exception>
    public RgbImage Apply(Raster raster, string source)
    {
        Raster colours = Colours(raster, source, mayMiss: Spec.Scene != null);
        return Render(colours, Ranges(colours), source);
    }

    /// <summary>Applies the recipe with statistics taken elsewhere, such as over the volume that a slice is from.</summary>
    /// <param name="raster">Grey or RGB, with or without alpha, which is dropped.</param>
    /// <param name="range">The two values that become 0 and 255; not used where the recipe has three windows.</param>
    /// <param name="source">File it came from, for messages.</param>
    /// <returns>8-bit RGB; all black where the range is empty (a constant picture).</returns>
    /// <exception cref="InputException">The picture does not fit the recipe.</exception>
    public RgbImage Apply(Raster raster, IntensityRange range, string source) => Render(Colours(raster, source, mayMiss: false), Windows() ?? [range], source);

    /// <summary>Applies the recipe with statistics of each channel taken elsewhere, such as over the scene that a tile is from.</summary>
    /// <param name="raster">The bands of a tile, or a picture.</param>
    /// <param name="ranges">What <see cref="MeasureChannels(Raster, string)"/> gave: one for all channels or one for each.</param>
    /// <param name="source">File it came from, for messages.</param>
    /// <exception cref="InputException">The picture does not fit the recipe.</exception>
    public RgbImage Apply(Raster raster, IReadOnlyList<IntensityRange> ranges, string source)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        return Render(Colours(raster, source, mayMiss: true), Windows() ?? ranges, source);
    }

    /// <summary>The two values for each channel of a whole scene or picture, so that its tiles keep their brightness relative to each other.</summary>
    /// <param name="raster">All of it; of more than 4 million pixels every n-th is looked at. Pixels without data are left out.</param>
    /// <param name="source">File it came from, for messages.</param>
    /// <exception cref="InputException">The picture does not fit the recipe.</exception>
    public IReadOnlyList<IntensityRange> MeasureChannels(Raster raster, string source)
    {
        using var memory = new MemoryRasterSource(raster, source);
        return MeasureChannels(memory);
    }

    /// <summary>The same of a scene that need not fit into memory: it is read through once, strip by strip, where the recipe needs statistics.</summary>
    /// <param name="source">The scene; of more than 4 million pixels every n-th is looked at. Pixels without data are left out.</param>
    /// <param name="cancel">Stops between strips.</param>
    /// <exception cref="InputException">The scene cannot be read or does not fit the recipe.</exception>
    public IReadOnlyList<IntensityRange> MeasureChannels(IRasterSource source, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (Windows() is { } windows)
            return windows;
        if (Spec.Mapping is IntensityMapping.Rgb or IntensityMapping.Window)
            return [Measure([])];
        var samples = new ChannelSamples(source.Size.PixelCount);
        for (int y = 0; y < source.Size.Height; y += StripRows)
        {
            cancel.ThrowIfCancellationRequested();
            samples.Add(Colours(source.Read(new PixelWindow(0, y, source.Size.Width, Math.Min(StripRows, source.Size.Height - y))), source.Name, mayMiss: true));
        }

        return Spec.PerChannel ? [.. samples.Channels.Select(c => Measure(c))] : [Measure(samples.All)];
    }

    /// <summary>The pixels without data in a channel that the recipe uses.</summary>
    /// <param name="raster">The bands of a scene or tile.</param>
    /// <param name="source">File it came from, for messages.</param>
    /// <exception cref="InputException">The picture does not fit the recipe.</exception>
    public BinaryMask FindMissing(Raster raster, string source)
    {
        Raster colours = Colours(raster, source, mayMiss: true);
        var missing = new byte[colours.Size.PixelCount];
        for (int i = 0; i < missing.Length; i++)
            missing[i] = HasData(colours, (long)i * colours.Channels) ? (byte)0 : (byte)1;
        return new BinaryMask(colours.Size, missing);
    }

    /// <summary>The two values for a whole volume, so that its slices keep their brightness relative to each other.</summary>
    /// <param name="volume">The volume; of more than 67 million voxels every n-th is looked at.</param>
    public IntensityRange Measure(NiftiVolume volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        if (Spec.Mapping is IntensityMapping.Rgb or IntensityMapping.Window)
            return Measure([]);
        int step = (int)((volume.Geometry.Size.VoxelCount + MaximumSamples - 1) / MaximumSamples);
        return Measure(volume.Samples(step));
    }

    /// <summary>The two values for a set of samples.</summary>
    /// <param name="samples">Finite samples; not kept or changed.</param>
    public IntensityRange Measure(ReadOnlySpan<float> samples) => IntensityStatistics.Measure(Spec, samples);

    /// <summary>Refuses samples as they are in the file where the recipe does not take them; to be called before they are resized.</summary>
    /// <exception cref="InputException">The recipe takes 8-bit samples as they are, and these have more.</exception>
    internal void RequireStored(Raster raster, string source)
    {
        if (Spec.Mapping == IntensityMapping.Rgb && raster.StoredAs != SampleKind.UInt8)
        {
            throw new InputException(
                $"{source}: samples are {raster.StoredAs}; the preprocessing 'rgb' takes 8-bit ones as they are: choose minmax, "
                    + "percentile, window or zscore.");
        }
    }

    /// <summary>From what a file holds to the channels that are mapped: bands chosen, alpha dropped, colours balanced.</summary>
    private Raster Colours(Raster raster, string source, bool mayMiss)
    {
        ArgumentNullException.ThrowIfNull(raster);
        if (Spec.Scene is { } scene)
            return SceneBands.Select(raster, scene.NearInfrared, source, scene.Bands?.Split(',', StringSplitOptions.TrimEntries));

        if (raster.Channels > 4)
        {
            throw new InputException(
                $"{source}: {raster.Channels} channels; grey or RGB is needed, with or without alpha: choose the bands to use.");
        }

        if (!mayMiss)
            RequireFinite(raster, source);
        RequireStored(raster, source);
        // Of 8 bits without a sign none can be air, which is in every scan.
        if (Spec.Domain == "ct" && raster.StoredAs == SampleKind.UInt8 && !Array.Exists(raster.Samples, s => s is < 0 or > 255))
        {
            throw new InputException(
                $"{source}: samples are 8-bit, 0 to 255; the domain 'ct' needs Hounsfield units, such as -1024 to 3071: use the original scan, or leave the domain out.");
        }

        // Two channels are grey with alpha, four RGB with alpha; transparency is no intensity.
        Raster opaque = raster.Channels is 2 or 4 ? WithoutLast(raster) : raster;
        return Spec.GreyWorld ? GreyWorld.Balance(opaque) : opaque;
    }

    private IReadOnlyList<IntensityRange> Ranges(Raster colours)
    {
        if (Windows() is { } windows)
            return windows;
        if (Spec.Mapping is IntensityMapping.Rgb or IntensityMapping.Window)
            return [Measure([])];
        return Spec.PerChannel
            ? [.. Enumerable.Range(0, colours.Channels).Select(c => Measure(Samples(colours, c, colours.Channels)))]
            : [Measure(Samples(colours, 0, 1))];
    }

    private IReadOnlyList<IntensityRange>? Windows()
        => Spec is { Mapping: IntensityMapping.Window, ChannelWindows: { } w } ? [w.Red, w.Green, w.Blue] : null;

    // Samples of pixels with data: every one of a channel, or of all channels when the step is 1.
    private float[] Samples(Raster colours, int first, int step)
    {
        float[] all = colours.Samples;
        if (Spec.Scene == null && step == 1)
            return all;
        long stride = step * ((colours.Size.PixelCount + MaximumSamples - 1) / MaximumSamples);
        var found = new List<float>((int)(all.Length / stride) + 1);
        for (long i = first; i < all.Length; i += stride)
        {
            if (Spec.Scene == null || HasData(colours, i))
                found.Add(all[i]);
        }

        return [.. found];
    }

    private RgbImage Render(Raster colours, IReadOnlyList<IntensityRange> ranges, string source)
    {
        int channels = colours.Channels;
        if (ranges.Count > 1 && channels == 1 && Windows() == null)
            throw new InputException($"{source}: one channel, but the preprocessing was measured on {ranges.Count}; use pictures of the same kind.");
        var pixels = new byte[checked((int)(colours.Size.PixelCount * Rgb))];
        for (int o = 0; o < pixels.Length; o++)
            pixels[o] = Level(o / Rgb, o % Rgb);
        return Finish(new RgbImage(colours.Size, pixels) { ExtraBands = [.. Enumerable.Range(Rgb, Math.Max(0, channels - Rgb)).Select(Band)] });

        byte[] Band(int channel)
        {
            var band = new byte[colours.Size.PixelCount];
            for (int i = 0; i < band.Length; i++)
                band[i] = Level(i, channel);
            return band;
        }

        byte Level(int pixel, int channel)
        {
            int at = (pixel * channels) + (channels == 1 ? 0 : channel);
            return HasData(colours, at) ? Map(colours.Samples[at], ranges[ranges.Count == 1 ? 0 : channel]) : (byte)0;
        }
    }

    // Local contrast is of what is seen: further bands stay as they are.
    private RgbImage Finish(RgbImage image)
        => Spec.LocalContrast is { } contrast
            ? new RgbImage(image.Size, ContrastLimitedEqualisation.Apply(image, contrast.WindowShare, contrast.ClipLimit).Pixels) { ExtraBands = image.ExtraBands }
            : image;

    private static byte Map(float value, IntensityRange range)
        => range.High > range.Low ? (byte)((Math.Clamp((value - range.Low) / (range.High - range.Low), 0, 1) * 255) + 0.5) : (byte)0;

    // A pixel has data where none of its bands says otherwise.
    private static bool HasData(Raster raster, long at) => ChannelSamples.HasData(raster.Samples.AsSpan((int)(at - (at % raster.Channels)), raster.Channels));

    private static Raster WithoutLast(Raster raster)
    {
        int kept = raster.Channels - 1;
        var samples = new float[raster.Samples.Length / raster.Channels * kept];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = raster.Samples[(i / kept * raster.Channels) + (i % kept)];
        return new Raster(raster.Size, kept, samples, raster.StoredAs);
    }

    private static void RequireFinite(Raster raster, string source)
    {
        int at = Array.FindIndex(raster.Samples, s => !float.IsFinite(s));
        if (at < 0)
            return;
        int pixel = at / raster.Channels;
        throw new InputException(
            $"{source}: the sample at x={pixel % raster.Size.Width}, y={pixel / raster.Size.Width}, channel {at % raster.Channels} is {raster.Samples[at]}; "
                + "finite numbers are needed: replace missing values first.");
    }
}
