using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Filters;

namespace SamTune.Data.Datasets;

/// <summary>A square of a scene.</summary>
/// <param name="Row">First row, from 0.</param>
/// <param name="Column">First column, from 0.</param>
/// <param name="Size">Rows and columns, pixels.</param>
public readonly record struct SceneTile(int Row, int Column, int Size);

/// <summary>
/// Tiles of one scene as pictures, with one object each where the mask covers any of it. Intensities are measured over the whole scene, and tiles are brought to the recipe's ground resolution
/// (<see cref="GroundResolution"/>). The scene is the group; it stays in memory once a tile was read.
/// </summary>
public sealed class SceneTileDataset : IPreprocessedDataset
{
    private const int ObjectClass = 1;

    private readonly string _imagePath;
    private readonly IReadOnlyList<SceneTile> _tiles;
    private readonly Preprocessor _preprocessor;
    private readonly Lazy<Scene> _scene;

    internal SceneTileDataset(
        string name, string imagePath, string maskPath, string className, IReadOnlyList<string> bands, double? metresPerPixel, IReadOnlyList<SceneTile> tiles, PreprocessingSpec spec)
    {
        Name = name;
        _imagePath = imagePath;
        _tiles = tiles;
        _preprocessor = new Preprocessor(spec);
        Classes = new SortedDictionary<int, string> { [ObjectClass] = className };
        string scene = Path.GetFileNameWithoutExtension(imagePath);
        Samples = [.. tiles.Select(t => new SampleInfo($"{scene}/r{t.Row:0000}c{t.Column:0000}", scene))];
        _scene = new Lazy<Scene>(() => Read(imagePath, maskPath, bands, metresPerPixel));
        // The tile's own size does not matter: only whether the resolution is changed.
        ResolutionMessage = metresPerPixel is { } metres && spec.Scene is { } settings ? GroundResolution.Plan(new ImageSize(1, 1), metres, settings.MetresPerPixel).Message : null;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, string> Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<SampleInfo> Samples { get; }

    /// <inheritdoc/>
    public PreprocessingSpec Preprocessing => _preprocessor.Spec;

    /// <summary>What a user must be told about the resolution; null for nothing.</summary>
    public string? ResolutionMessage { get; }

    /// <inheritdoc/>
    public Sample Load(int index)
    {
        Scene scene = _scene.Value;
        SceneTile tile = _tiles[index];
        ImageSize size = scene.Image.Size;
        if ((long)tile.Row + tile.Size > size.Height || (long)tile.Column + tile.Size > size.Width)
            throw new InputException($"{_imagePath}: the tile at row {tile.Row}, column {tile.Column} of {tile.Size} pixels ends outside the scene of {size}; correct the tile.");

        Raster image = Crop(scene.Image, tile);
        BinaryMask mask = Crop(scene.Mask, tile);
        if (_preprocessor.Spec.Scene is { } settings && image.MetresPerPixel is { } metres)
        {
            ImageSize target = GroundResolution.Plan(image.Size, metres, settings.MetresPerPixel).Size;
            image = RasterResize.Linear(image, target);
            mask = NearestResize.Apply(mask, target);
        }

        RgbImage picture = _preprocessor.Apply(image, scene.Ranges, _imagePath);
        PixelSpacing? spacing = image.MetresPerPixel is { } pixel ? new PixelSpacing(1000 * pixel, 1000 * pixel) : null;
        return new Sample(Samples[index], picture, mask.Area > 0 ? [new ObjectMask(ObjectClass, mask)] : [], spacing);
    }

    private Scene Read(string imagePath, string maskPath, IReadOnlyList<string> bands, double? metresPerPixel)
    {
        Raster stored = ImageReader.ReadRaster(imagePath);
        BinaryMask mask = LabelReader.ReadBinary(maskPath);
        if (mask.Size != stored.Size)
            throw new InputException($"{maskPath}: the mask is {mask.Size}; its scene {imagePath} is {stored.Size}: export the mask at the scene's size.");
        var image = new Raster(stored.Size, stored.Channels, stored.Samples, stored.StoredAs)
        {
            BandNames = stored.BandNames.Count > 0 ? stored.BandNames : bands,
            MetresPerPixel = stored.MetresPerPixel ?? metresPerPixel,
            NoData = stored.NoData,
        };
        return new Scene(image, mask, _preprocessor.MeasureChannels(image, imagePath));
    }

    private static Raster Crop(Raster scene, SceneTile tile)
    {
        int row = tile.Size * scene.Channels;
        var samples = new float[tile.Size * row];
        for (int y = 0; y < tile.Size; y++)
            scene.Samples.AsSpan((((tile.Row + y) * scene.Size.Width) + tile.Column) * scene.Channels, row).CopyTo(samples.AsSpan(y * row));
        return new Raster(new ImageSize(tile.Size, tile.Size), scene.Channels, samples, scene.StoredAs)
        {
            BandNames = scene.BandNames,
            MetresPerPixel = scene.MetresPerPixel,
            NoData = scene.NoData,
        };
    }

    private static BinaryMask Crop(BinaryMask mask, SceneTile tile)
    {
        var pixels = new byte[tile.Size * tile.Size];
        for (int y = 0; y < tile.Size; y++)
            mask.Pixels.AsSpan(((tile.Row + y) * mask.Size.Width) + tile.Column, tile.Size).CopyTo(pixels.AsSpan(y * tile.Size));
        return new BinaryMask(new ImageSize(tile.Size, tile.Size), pixels);
    }

    private sealed record Scene(Raster Image, BinaryMask Mask, IReadOnlyList<IntensityRange> Ranges);
}
