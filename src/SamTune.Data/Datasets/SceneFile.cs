using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Scenes;

namespace SamTune.Data.Datasets;

/// <summary>A scene of a data set, of which windows are read. Intensities are measured once over all of it; between calls only they are kept. Safe for several threads.</summary>
internal sealed class SceneFile
{
    private readonly Preprocessor _preprocessor;
    private readonly GroundResolution? _resolution;
    private readonly IReadOnlyList<string> _bands;
    private readonly Lazy<IReadOnlyList<IntensityRange>> _ranges;

    /// <summary>Reads the header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="preprocessor">The recipe.</param>
    /// <param name="resolution">Ground resolution where the file's own is not to be taken; null for the file's.</param>
    /// <param name="bands">Names of the bands where the file's own are not to be taken; null for the file's.</param>
    /// <exception cref="InputException">The file is missing, unknown or damaged.</exception>
    public SceneFile(string path, Preprocessor preprocessor, GroundResolution? resolution = null, IReadOnlyList<string>? bands = null)
    {
        Path = path;
        _preprocessor = preprocessor;
        _resolution = resolution;
        _bands = bands ?? [];
        using IRasterSource source = Open();
        Size = source.Size;
        Resolution = source.Resolution;
        OwnBands = (source as GeoTiffRasterSource ?? (source as Described)?.Source as GeoTiffRasterSource)?.Header.BandNames ?? [];
        _ranges = new Lazy<IReadOnlyList<IntensityRange>>(() =>
        {
            using IRasterSource whole = Open();
            return preprocessor.MeasureChannels(whole);
        });
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Height and width, in pixels of the file.</summary>
    public ImageSize Size { get; }

    /// <summary>How large a pixel of the file is; null where nothing says it.</summary>
    public GroundResolution? Resolution { get; }

    /// <summary>Names of the bands as the file itself gives them, null for those without; none where it cannot give any.</summary>
    public IReadOnlyList<string?> OwnBands { get; }

    /// <summary>What a user must be told about the resolution; null for nothing.</summary>
    public string? ResolutionMessage => Resolution is { } resolution && _preprocessor.Spec.Scene is { } settings
        ? ResolutionPlan.For(resolution, settings.MetresPerPixel).Message
        : null;

    /// <summary>The windows that tiles of the recipe's side cover: all of one size, the last of a row or column moved back to end with the scene. A smaller scene is one.</summary>
    /// <exception cref="InputException">A tile would cover no pixel.</exception>
    public IReadOnlyList<PixelWindow> Tiles()
    {
        if (_preprocessor.Spec.Scene is not { } settings)
            return [PixelWindow.Whole(Size)];
        (int height, int width) = SceneTiles.SideInScene(settings, Resolution);
        (height, width) = (Math.Min(height, Size.Height), Math.Min(width, Size.Width));
        return [.. from y in Starts(Size.Height, height) from x in Starts(Size.Width, width) select new PixelWindow(x, y, width, height)];
    }

    /// <summary>The side of a recipe's tiles that cover a part, in pixels at the recipe's resolution.</summary>
    /// <param name="part">In pixels of the file.</param>
    public int SideThatCovers(ImageSize part) => _preprocessor.Spec.Scene is { } settings ? SceneTiles.SideThatCovers(settings, Resolution, part) : part.LongSide;

    /// <summary>Reads a window as the model sees it.</summary>
    /// <exception cref="InputException">The file is damaged or does not fit the recipe.</exception>
    /// <returns>The picture, millimetres a pixel where the file says it, and the pixels without data; null for none.</returns>
    public (RgbImage Picture, PixelSpacing? Spacing, BinaryMask? Missing) Read(PixelWindow window)
    {
        IReadOnlyList<IntensityRange> ranges = _ranges.Value;
        using IRasterSource source = Open();
        (RgbImage picture, GroundResolution? resolution, BinaryMask? missing) = new PreparedScene(source, _preprocessor, ranges).ReadWithMissing(window);
        return (picture, resolution is { } r ? new PixelSpacing(1000 * r.Y, 1000 * r.X) : null, missing);
    }

    private static IEnumerable<int> Starts(int side, int tile) => Enumerable.Range(0, (side + tile - 1) / tile).Select(i => Math.Min(i * tile, side - tile));

    private IRasterSource Open()
    {
        IRasterSource source = RasterSource.Open(Path);
        return _resolution == null && _bands.Count == 0 ? source : new Described(source, _resolution, _bands);
    }

    /// <summary>A source with what a file beside it says about it.</summary>
    private sealed class Described(IRasterSource source, GroundResolution? resolution, IReadOnlyList<string> bands) : IRasterSource
    {
        public IRasterSource Source => source;

        public string Name => source.Name;

        public ImageSize Size => source.Size;

        public GroundResolution? Resolution => resolution ?? source.Resolution;

        public Raster Read(PixelWindow window)
        {
            Raster raster = source.Read(window);
            return new Raster(raster.Size, raster.Channels, raster.Samples, raster.StoredAs) { BandNames = bands.Count > 0 ? bands : raster.BandNames, Resolution = Resolution };
        }

        public void Dispose() => source.Dispose();
    }
}
