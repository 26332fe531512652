using SamTune.Imaging;
using SamTune.Imaging.Maps;

namespace SamTune.Data.Datasets;

/// <summary>
/// Masks of scenes that are polygons, a GeoJSON file for each scene. Each polygon is an object with the class that its property says; <see cref="MaskMode.Binary"/> makes all of them one object, and
/// <see cref="MaskMode.Indexed"/> those of a class. Corners stay in memory, pixels are filled window by window. Safe for several threads.
/// </summary>
internal sealed class PolygonMasks
{
    private const string Unnamed = "object";

    private readonly PolygonLayer[] _layers;
    private readonly MaskMode _mode;
    private readonly Dictionary<string, int> _idOf;

    private PolygonMasks(PolygonLayer[] layers, MaskMode mode, IReadOnlyDictionary<int, string>? classes, string folder)
    {
        _layers = layers;
        _mode = mode;
        string[] found = mode == MaskMode.Binary ? [Unnamed] : [.. layers.SelectMany(l => l.ClassNames).Select(n => n ?? Unnamed).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        Classes = classes ?? new SortedDictionary<int, string>((found.Length > 0 ? found : [Unnamed]).Index().ToDictionary(n => n.Index + 1, n => n.Item));
        _idOf = Classes.ToDictionary(c => c.Value, c => c.Key, StringComparer.Ordinal);
        if (mode != MaskMode.Binary && Array.Find(found, name => !_idOf.ContainsKey(name)) is { } unknown)
            throw new InputException($"{folder}: the class '{unknown}' of a polygon is none of {string.Join(", ", Classes.Values)}; name it, or correct the property.");
    }

    /// <summary>Names of the classes by number, from 1, in ordinal order of the names.</summary>
    public IReadOnlyDictionary<int, string> Classes { get; }

    /// <summary>Opens the masks of scenes.</summary>
    /// <param name="pairs">Scenes with their masks.</param>
    /// <param name="mode">What is an object; <see cref="MaskMode.Auto"/> for each polygon.</param>
    /// <param name="classes">Names of classes by number; null for those that occur.</param>
    /// <returns>The masks; null where they are pictures.</returns>
    /// <exception cref="InputException">A file cannot be read, some masks are pictures and some are polygons, or a class is unknown.</exception>
    public static PolygonMasks? Open(IReadOnlyList<FilePair> pairs, MaskMode mode, IReadOnlyDictionary<int, string>? classes)
    {
        ILookup<bool, FilePair> byKind = pairs.ToLookup(p => IsOne(p.MaskPath));
        if (!byKind[true].Any())
            return null;
        if (byKind[false].FirstOrDefault() is { } picture)
            throw new InputException($"{picture.MaskPath}: this mask is a picture, and that of another scene, {byKind[true].First().MaskPath}, is polygons; use one kind for all.");
        string folder = Path.GetDirectoryName(pairs[0].MaskPath) ?? "";
        return new PolygonMasks([.. pairs.Select(p => PolygonLayer.Open(p.MaskPath, p.ImagePath))], mode, classes, folder);
    }

    /// <summary>Whether a mask file holds polygons, by its ending.</summary>
    public static bool IsOne(string path) => path.EndsWith(PolygonLayer.Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>The objects in a window of a scene, in the order of the file.</summary>
    /// <param name="scene">Which of the scenes.</param>
    /// <param name="window">Which pixels; inside the scene.</param>
    /// <returns>For each object its class, and a mask of the window's size that is not empty.</returns>
    public IEnumerable<(int ClassId, BinaryMask Mask)> Read(int scene, PixelWindow window)
    {
        IEnumerable<(int ClassId, BinaryMask Mask)> polygons = _layers[scene].Read(window).Select(p => (_mode == MaskMode.Binary ? Classes.Keys.First() : _idOf[p.ClassName ?? Unnamed], p.Mask));
        return _mode is MaskMode.Binary or MaskMode.Indexed ? polygons.GroupBy(p => p.ClassId, p => p.Mask).OrderBy(g => g.Key).Select(g => (g.Key, Union(g, window.Size))) : polygons;
    }

    /// <summary>All pixels of several masks.</summary>
    /// <param name="masks">Masks of one size.</param>
    /// <param name="size">The size.</param>
    internal static BinaryMask Union(IEnumerable<BinaryMask> masks, ImageSize size)
    {
        var pixels = new byte[size.PixelCount];
        foreach (BinaryMask mask in masks)
        {
            for (int i = 0; i < pixels.Length; i++)
                pixels[i] |= mask.Pixels[i];
        }

        return new BinaryMask(size, pixels);
    }
}
