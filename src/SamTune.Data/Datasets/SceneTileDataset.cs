using SamTune.Data.Domains;
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
/// (<see cref="ResolutionPlan"/>). The scene is the group. Of scene and mask the tile alone is in memory, and the corners of polygons where the mask is a GeoJSON file.
/// </summary>
public sealed class SceneTileDataset : IPreprocessedDataset
{
    private const int ObjectClass = 1;

    private readonly IReadOnlyList<SceneTile> _tiles;
    private readonly SceneFile _scene;
    private readonly string _maskPath;
    private readonly PolygonLayer? _polygons;

    internal SceneTileDataset(
        string name, string imagePath, string maskPath, string className, IReadOnlyList<string> bands, double? metresPerPixel, IReadOnlyList<SceneTile> tiles, PreprocessingSpec spec)
    {
        Name = name;
        _tiles = tiles;
        _scene = new SceneFile(imagePath, new Preprocessor(spec), metresPerPixel is { } metres ? GroundResolution.Square(metres) : null, bands);
        Classes = new SortedDictionary<int, string> { [ObjectClass] = className };
        string scene = Path.GetFileNameWithoutExtension(imagePath);
        Preprocessing = AsTrained(spec, bands);
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

    /// <summary>How files become the pictures of the samples, with the side of the tiles and, where the scene's file does not name them so itself, the bands: without them a scene would look different in prediction.</summary>
    public PreprocessingSpec Preprocessing { get; }

    /// <inheritdoc/>
    public string? ResolutionMessage => _scene.ResolutionMessage;

    /// <inheritdoc/>
    public Sample Load(int index)
    {
        SceneTile tile = _tiles[index];
        if ((long)tile.Row + tile.Size > _scene.Size.Height || (long)tile.Column + tile.Size > _scene.Size.Width)
            throw new InputException($"{_scene.Path}: the tile at row {tile.Row}, column {tile.Column} of {tile.Size} pixels ends outside the scene of {_scene.Size}; correct the tile.");

        var window = new PixelWindow(tile.Column, tile.Row, tile.Size, tile.Size);
        (RgbImage picture, PixelSpacing? spacing, BinaryMask? missing) = _scene.Read(window);
        BinaryMask mask = NearestResize.Apply(ReadMask(window), picture.Size);
        return new Sample(Samples[index], picture, mask.Area > 0 ? [new ObjectMask(ObjectClass, mask)] : [], spacing).WithMissing(missing);
    }

    private PreprocessingSpec AsTrained(PreprocessingSpec spec, IReadOnlyList<string> bands)
    {
        if (spec.Scene is not { } scene)
            return spec;
        int[] sides = [.. _tiles.Select(t => _scene.SideThatCovers(new ImageSize(t.Size, t.Size))).Order()];
        bool areOwn = bands.Count == 0 || bands.SequenceEqual(_scene.OwnBands);
        return spec with { Scene = SceneTiles.AtOwnResolution(scene, [_scene.Resolution]).WithTiles(sides[sides.Length / 2]) with { Bands = scene.Bands ?? (areOwn ? null : string.Join(',', bands.Select(b => b.Replace(',', ' ')))) } };
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
