using SamTune.Data.Domains;
using SamTune.Imaging;
using SamTune.Imaging.Filters;
using SamTune.Imaging.Scenes;

namespace SamTune.Data.Preprocessing;

/// <summary>A scene as the model sees it: windows in 8 bits, mapped with statistics of the whole scene, so that neighbouring tiles keep their brightness.</summary>
public sealed class PreparedScene
{
    private readonly IRasterSource _source;
    private readonly Preprocessor _preprocessor;

    /// <summary>Prepares a scene; where the recipe needs statistics it is read through once, strip by strip.</summary>
    /// <param name="source">The scene; stays the caller's.</param>
    /// <param name="preprocessor">The recipe.</param>
    /// <param name="cancel">Stops between strips.</param>
    /// <exception cref="InputException">The scene cannot be read or does not fit the recipe.</exception>
    public PreparedScene(IRasterSource source, Preprocessor preprocessor, CancellationToken cancel = default)
        : this(source, preprocessor, Ranges(source, preprocessor, cancel))
    {
    }

    /// <summary>Takes statistics that were measured before.</summary>
    internal PreparedScene(IRasterSource source, Preprocessor preprocessor, IReadOnlyList<IntensityRange> ranges)
    {
        _source = source;
        _preprocessor = preprocessor;
        ChannelRanges = ranges;
    }

    /// <summary>Where it comes from, for messages.</summary>
    public string Name => _source.Name;

    /// <summary>Height and width, in pixels.</summary>
    public ImageSize Size => _source.Size;

    /// <summary>What becomes 0 and 255, of each channel or of all.</summary>
    public IReadOnlyList<IntensityRange> ChannelRanges { get; }

    /// <summary>Reads a part as the model sees it, in training as in prediction: at the recipe's ground resolution, where recipe and scene have one.</summary>
    /// <param name="window">Which; inside the scene, in its pixels.</param>
    /// <exception cref="InputException">The scene cannot be read or does not fit the recipe.</exception>
    public RgbImage Read(PixelWindow window) => Render(AtResolution(window));

    /// <summary>The same, with what training has to know of it.</summary>
    /// <param name="window">Which; inside the scene, in its pixels.</param>
    /// <returns>The picture; how large its pixels are, null where the scene does not say; and which of them have no data in a band that the recipe uses, null for none.</returns>
    /// <exception cref="InputException">The scene cannot be read or does not fit the recipe.</exception>
    internal (RgbImage Picture, GroundResolution? Resolution, BinaryMask? Missing) ReadWithMissing(PixelWindow window)
    {
        Raster raster = AtResolution(window);
        bool mayMiss = Array.Exists(raster.Samples, s => !float.IsFinite(s));
        return (Render(raster), raster.Resolution, mayMiss && _preprocessor.FindMissing(raster, _source.Name) is { Area: > 0 } missing ? missing : null);
    }

    /// <summary>The pixels without data in a band that the recipe uses.</summary>
    /// <param name="window">Which are looked at; inside the scene.</param>
    /// <exception cref="InputException">The scene cannot be read or does not fit the recipe.</exception>
    public BinaryMask FindMissing(PixelWindow window) => _preprocessor.FindMissing(_source.Read(window), _source.Name);

    private Raster AtResolution(PixelWindow window)
    {
        Raster raster = _source.Read(window);
        _preprocessor.RequireStored(raster, _source.Name);
        return _preprocessor.Spec.Scene is { } settings ? RasterResize.Linear(raster, SceneTiles.PictureSize(settings, raster.Resolution, raster.Size)) : raster;
    }

    private RgbImage Render(Raster raster) => _preprocessor.Apply(raster, ChannelRanges, _source.Name);

    private static IReadOnlyList<IntensityRange> Ranges(IRasterSource source, Preprocessor preprocessor, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(preprocessor);
        return preprocessor.MeasureChannels(source, cancel);
    }
}
