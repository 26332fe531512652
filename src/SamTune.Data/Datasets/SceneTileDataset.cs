using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Filters;
using SamTune.Imaging.Maps;

namespace SamTune.Data.Datasets;

/// <summary>A square of a scene.</summary>
/// <param name="Row">First row, from 0.</param>
/// <param name="Column">First column, from 0.</param>
/// <param name="Size">Rows and columns, pixels.</param>
public readonly record struct SceneTile(int Row, int Column, int Size);

/// <summary>
/// Tiles of one scene as pictures, with one object each where the mask covers any of it. Intensities are measured over the whole scene, and tiles are brought to the recipe's ground resolution
/// (<see cref="Domains.ResolutionPlan"/>). The scene is the group. Of scene and mask the tile alone is in memory, and the corners of polygons where the mask is a GeoJSON file.
/// </summary>
public sealed class SceneTileDataset : IPreprocessedDataset
{
    private const int ObjectClass = 1;

    private readonly IReadOnlyList<SceneTile> _tiles;
    private readonly PreprocessingSpec _spec;
    private readonly SceneFile _scene;
    private readonly string _maskPath;
    private readonly PolygonLayer? _polygons;

    internal SceneTileDataset(
        string name, string imagePath, string maskPath, string className, IReadOnlyList<string> bands, double? metresPerPixel, IReadOnlyList<SceneTile> tiles, PreprocessingSpec spec)
    {
        Name = name;
        _tiles = tiles;
        _spec = spec;
        _scene = new SceneFile(imagePath, new Preprocessor(spec), metresPerPixel is { } metres ? GroundResolution.Square(metres) : null, bands);
        Classes = new SortedDictionary<int, string> { [ObjectClass] = className };
        string scene = Path.GetFileNameWithoutExtension(imagePath);
        Samples = [.. tiles.Select(t => new SampleInfo($"{scene}/r{t.Row:0000}c{t.Column:0000}", scene))];
        _maskPath = maskPath;
        _polygons = PolygonMasks.IsOne(maskPath) ? PolygonLayer.Open(maskPath, imagePath) : null;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, string> Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<SampleInfo> Samples { get; }

    /// <inheritdoc/>
    public PreprocessingSpec Preprocessing => _spec;

    /// <inheritdoc/>
    public string? ResolutionMessage => _scene.ResolutionMessage;

    /// <inheritdoc/>
    public Sample Load(int index)
    {
        SceneTile tile = _tiles[index];
        if ((long)tile.Row + tile.Size > _scene.Size.Height || (long)tile.Column + tile.Size > _scene.Size.Width)
            throw new InputException($"{_scene.Path}: the tile at row {tile.Row}, column {tile.Column} of {tile.Size} pixels ends outside the scene of {_scene.Size}; correct the tile.");

        var window = new PixelWindow(tile.Column, tile.Row, tile.Size, tile.Size);
        (RgbImage picture, PixelSpacing? spacing) = _scene.Read(window);
        BinaryMask mask = NearestResize.Apply(ReadMask(window), picture.Size);
        return new Sample(Samples[index], picture, mask.Area > 0 ? [new ObjectMask(ObjectClass, mask)] : [], spacing);
    }

    private BinaryMask ReadMask(PixelWindow window)
    {
        if (_polygons != null)
            return PolygonMasks.Union(_polygons.Read(window).Select(p => p.Mask), window.Size);
        ImageSize size = ImageReader.ReadHeader(_maskPath, ReadLimits.Windows).Size;
        return size == _scene.Size
            ? LabelReader.ReadBinary(_maskPath, window)
            : throw new InputException($"{_maskPath}: the mask is {size}; its scene {_scene.Path} is {_scene.Size}: export the mask at the scene's size.");
    }
}
