using SamTune.Imaging;
using SamTune.Imaging.Scenes;

namespace SamTune.Data.Preprocessing;

/// <summary>A scene as the model sees it: windows in 8 bits, mapped with statistics of the whole scene, so that neighbouring tiles keep their brightness.</summary>
public sealed class PreparedScene
{
    private const int StripRows = 256;

    // The error of a percentile is then far below one grey level.
    private const long MaximumSamples = 1 << 24;

    private readonly IRasterSource _source;
    private readonly Preprocessor _preprocessor;
    private readonly IntensityRange _range;

    /// <summary>Prepares a scene; where the recipe needs statistics it is read through once, strip by strip.</summary>
    /// <param name="source">The scene; stays the caller's.</param>
    /// <param name="preprocessor">The recipe.</param>
    /// <param name="cancel">Stops between strips.</param>
    /// <exception cref="InputException">The scene cannot be read.</exception>
    public PreparedScene(IRasterSource source, Preprocessor preprocessor, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(preprocessor);
        _source = source;
        _preprocessor = preprocessor;
        _range = preprocessor.Spec.Mapping is IntensityMapping.Rgb or IntensityMapping.Window ? preprocessor.Measure([]) : preprocessor.Measure(Samples(cancel));
    }

    /// <summary>Where it comes from, for messages.</summary>
    public string Name => _source.Name;

    /// <summary>Height and width, in pixels.</summary>
    public ImageSize Size => _source.Size;

    /// <summary>Reads some pixels.</summary>
    /// <param name="window">Which; inside the scene.</param>
    /// <exception cref="InputException">The scene cannot be read or does not fit the recipe.</exception>
    public RgbImage Read(PixelWindow window) => _preprocessor.Apply(_source.Read(window), _range, _source.Name);

    private float[] Samples(CancellationToken cancel)
    {
        long pixels = 0, step = ((Size.PixelCount * 3) + MaximumSamples - 1) / MaximumSamples;
        List<float> samples = [];
        for (int y = 0; y < Size.Height; y += StripRows)
        {
            cancel.ThrowIfCancellationRequested();
            Raster strip = _source.Read(new PixelWindow(0, y, Size.Width, Math.Min(StripRows, Size.Height - y)));
            // Transparency is no intensity.
            int colours = strip.Channels is 2 or 4 ? strip.Channels - 1 : strip.Channels;
            for (long p = (step - (pixels % step)) % step; p < strip.Size.PixelCount; p += step)
                samples.AddRange(strip.Samples.AsSpan((int)p * strip.Channels, colours));
            pixels += strip.Size.PixelCount;
        }

        return [.. samples];
    }
}
