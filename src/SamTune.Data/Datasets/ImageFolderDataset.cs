using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Filters;
using SamTune.Imaging.Maps;

namespace SamTune.Data.Datasets;

/// <summary>
/// Pictures in one folder, masks in another; the same relative path but for extension and suffix makes a pair. Masks of GeoTIFF scenes may be polygons in GeoJSON files. With a recipe for scenes, files larger than its tiles are cut into tiles, each a
/// sample at the recipe's ground resolution, with the scene as its group.
/// </summary>
public sealed class ImageFolderDataset : IImageFiles
{
    private const int ObjectClass = 1;
    private const int MasksLookedAt = 32;

    /// <summary>Endings of the files that are taken for pictures or masks.</summary>
    internal static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp"];

    /// <summary>Endings of the files that are taken for masks: pictures, and polygons of scenes.</summary>
    internal static readonly string[] MaskExtensions = [.. Extensions, PolygonLayer.Extension];

    private readonly IReadOnlyList<FilePair> _pairs;
    private readonly ImageFolderOptions _options;
    private readonly Preprocessor _preprocessor;
    private readonly IReadOnlyList<SceneFile> _scenes;
    private readonly IReadOnlyList<Part> _parts;
    private readonly PolygonMasks? _polygons;

    /// <summary>Takes pairs that were found elsewhere.</summary>
    internal ImageFolderDataset(string name, IReadOnlyList<FilePair> pairs, ImageFolderOptions options)
    {
        Name = name;
        _pairs = pairs;
        _options = options;
        _preprocessor = new Preprocessor(options.Preprocessing);
        var groups = new SampleGroups(options.GroupPattern);
        _scenes = options.Preprocessing.Scene == null ? [] : [.. pairs.Select(pair => new SceneFile(pair.ImagePath, _preprocessor))];
        _parts = [.. pairs.SelectMany((pair, i) => _scenes.Count == 0 ? [new Part(pair, i, null)] : _scenes[i].Tiles().Select(tile => new Part(pair, i, tile, tile.Size == _scenes[i].Size)))];
        Preprocessing = AsTrained(options.Preprocessing);
        Samples = [.. _parts.Select(part => new SampleInfo(IdOf(part), groups.Of(part.Pair.Id, part.Pair.ImagePath)))];
        _polygons = PolygonMasks.Open(pairs, options.MaskMode, options.ClassNames);
        MaskMode = options.MaskMode != MaskMode.Auto ? options.MaskMode : _polygons != null ? MaskMode.Instances : Recognise();
        Classes = _polygons?.Classes ?? options.ClassNames ?? FindClasses();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, string> Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<SampleInfo> Samples { get; }

    /// <summary>What the numbers in mask files mean; never <see cref="MaskMode.Auto"/>.</summary>
    public MaskMode MaskMode { get; }

    /// <summary>Opens a folder of images and a folder of masks.</summary>
    /// <param name="imagesFolder">Folder of PNG, JPEG, TIFF or WebP files, subfolders included.</param>
    /// <param name="masksFolder">Folder of masks: the same kinds of files, or .geojson for GeoTIFF scenes.</param>
    /// <param name="options">How to read; the default when null.</param>
    /// <exception cref="InputException">A folder is missing or empty, files are unpaired, or options are out of range.</exception>
    public static ImageFolderDataset Open(string imagesFolder, string masksFolder, ImageFolderOptions? options = null)
    {
        options ??= ImageFolderOptions.Default;
        options.Validate();
        IReadOnlyList<FilePair> pairs = FilePairs.Find(imagesFolder, masksFolder, Extensions, MaskExtensions, imageSuffix: "", options.MaskSuffix);
        return new ImageFolderDataset(options.Name ?? new DirectoryInfo(imagesFolder).Name, pairs, options);
    }

    /// <summary>Opens a folder that holds images/ and masks/ (or labels/).</summary>
    /// <param name="root">The folder.</param>
    /// <param name="options">How to read; the default when null.</param>
    /// <exception cref="InputException">As for two folders, or they are not there.</exception>
    public static ImageFolderDataset Open(string root, ImageFolderOptions? options = null)
    {
        options ??= ImageFolderOptions.Default;
        (string images, string masks) = FilePairs.FoldersIn(root);
        return Open(images, masks, options with { Name = options.Name ?? new DirectoryInfo(root).Name });
    }

    /// <inheritdoc/>
    public Sample Load(int index)
    {
        Part part = _parts[index];
        if (part.Tile is { } tile)
        {
            (RgbImage picture, PixelSpacing? spacing, BinaryMask? missing) = _scenes[part.Position].Read(tile);
            return new Sample(Samples[index], picture, [.. ReadObjects(part, _scenes[part.Position].Size, tile, picture.Size)], spacing).WithMissing(missing);
        }

        RgbImage image = _preprocessor.Read(part.Pair.ImagePath, _options.Limits);
        return new Sample(Samples[index], image, [.. ReadObjects(part, image.Size, PixelWindow.Whole(image.Size), image.Size)], Spacing: null);
    }

    /// <inheritdoc/>
    public string? ResolutionMessage => _scenes.Select(s => s.ResolutionMessage).FirstOrDefault(m => m != null);

    /// <summary>How files become the pictures of the samples. Where all scenes are smaller than a tile the tiles of the recipe are as large as the largest of them.</summary>
    public PreprocessingSpec Preprocessing { get; }

    /// <inheritdoc/>
    public string? ImagePath(int index) => _parts[index].Tile == null ? _parts[index].Pair.ImagePath : null;

    /// <summary>Reads the header of every file and compares sizes; no pixel is decoded.</summary>
    /// <exception cref="InputException">A header is damaged, or a mask has another size than its image.</exception>
    public void Check()
    {
        for (int i = 0; i < _pairs.Count && _polygons == null; i++)
            CheckSizes(_pairs[i], _scenes.Count > 0 ? _scenes[i].Size : ImageReader.ReadHeader(_pairs[i].ImagePath, _options.Limits).Size);
    }

    // Of scenes and their masks windows are read, so they may be larger than what is read as one picture.
    private ReadLimits MaskLimits => _scenes.Count > 0 ? ReadLimits.Windows : _options.Limits;

    private void CheckSizes(FilePair pair, ImageSize image)
    {
        ImageSize mask = ImageReader.ReadHeader(pair.MaskPath, MaskLimits).Size;
        if (mask != image)
        {
            throw new InputException(
                $"{pair.MaskPath}: the mask is {mask}; its image {pair.ImagePath} is {image}: export the mask at the image's "
                    + "size.");
        }
    }

    // The part of a mask that belongs to a window of its image, at the size that the window was brought to.
    private IEnumerable<ObjectMask> ReadObjects(Part part, ImageSize size, PixelWindow window, ImageSize target)
    {
        IEnumerable<ObjectMask> Objects(int classId, BinaryMask mask) => _options.Objects.Objects(classId, NearestResize.Apply(mask, target));
        if (_polygons != null)
            return _polygons.Read(part.Position, window).SelectMany(found => Objects(found.ClassId, found.Mask));
        FilePair pair = part.Pair;
        CheckSizes(pair, size);
        bool isWhole = window.Size == size;
        if (MaskMode == MaskMode.Binary && _options.IgnoredValues.Count == 0)
            return Objects(ObjectClass, isWhole ? LabelReader.ReadBinary(pair.MaskPath, MaskLimits) : LabelReader.ReadBinary(pair.MaskPath, window));

        LabelMap labels = isWhole ? LabelReader.Read(pair.MaskPath, MaskLimits) : LabelReader.Read(pair.MaskPath, window);
        List<int> values = [.. labels.Values().Where(value => !_options.IgnoredValues.Contains(value))];
        if (MaskMode == MaskMode.Binary && values.Count > 1)
        {
            throw new InputException(
                $"{pair.MaskPath}: {values.Count} values besides 0 and the ignored ones ({string.Join(", ", values.Take(5))}); a binary "
                    + "mask has one: choose the mask mode 'indexed' or 'instances'.");
        }

        if (MaskMode != MaskMode.Indexed)
            return values.SelectMany(value => Objects(ObjectClass, labels.Select(value)));

        int unknown = values.FirstOrDefault(value => !Classes.ContainsKey(value));
        if (unknown != 0)
        {
            throw new InputException(
                $"{pair.MaskPath}: the value {unknown} is none of the classes {string.Join(", ", Classes.Keys)}; name it, or "
                    + "ignore it.");
        }

        return values.SelectMany(value => Objects(value, labels.Select(value)));
    }

    private PreprocessingSpec AsTrained(PreprocessingSpec spec)
    {
        if (spec.Scene is not { } asked || _parts.Count == 0)
            return spec;
        SceneSettings scene = SceneTiles.AtOwnResolution(asked, [.. _scenes.Select(s => s.Resolution)]);
        int side = _parts.All(p => p.IsWhole) ? _scenes.Max(s => s.SideThatCovers(s.Size)) : scene.TileSide;
        return spec with { Scene = side < scene.TileSide ? scene.WithTiles(side) : scene };
    }

    private static string IdOf(Part part) => part.Tile is { } tile && !part.IsWhole ? $"{part.Pair.Id}/r{tile.Y:00000}c{tile.X:00000}" : part.Pair.Id;

    private MaskMode Recognise()
    {
        var values = new HashSet<int>();
        bool several = false, wide = false;
        int step = Math.Max(1, _pairs.Count / MasksLookedAt);
        for (int i = 0; i < _pairs.Count; i += step)
        {
            ImageHeader header = ImageReader.ReadHeader(_pairs[i].MaskPath, MaskLimits);
            if (header.IsLossy)
                continue;
            List<int> found = [.. LabelReader.Values(_pairs[i].MaskPath).Except(_options.IgnoredValues)];
            values.UnionWith(found);
            several |= found.Count > 1;
            wide |= header.StoredAs != SampleKind.UInt8;
        }

        // Masks that each show one value, but not the same, are classes too.
        return values.Count <= 1 ? MaskMode.Binary : several && wide ? MaskMode.Instances : MaskMode.Indexed;
    }

    private SortedDictionary<int, string> FindClasses()
    {
        if (MaskMode != MaskMode.Indexed)
            return new SortedDictionary<int, string> { [ObjectClass] = "object" };

        var classes = new SortedDictionary<int, string>();
        foreach (FilePair pair in _pairs)
        {
            foreach (int value in LabelReader.Values(pair.MaskPath))
            {
                if (!_options.IgnoredValues.Contains(value))
                    classes[value] = $"class {value}";
            }
        }

        return classes;
    }

    /// <summary>What one sample is of: a file, or a tile of a scene.</summary>
    private sealed record Part(FilePair Pair, int Position, PixelWindow? Tile, bool IsWhole = false);
}
