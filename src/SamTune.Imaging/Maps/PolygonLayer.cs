using NetTopologySuite.Geometries;
using NetTopologySuite.Index.Strtree;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Scenes;

namespace SamTune.Imaging.Maps;

/// <summary>
/// The polygons of a GeoJSON file on the grid of a scene. All corners are in memory, with an index of where each polygon lies; pixels are filled for one window at a time. Safe for several threads.
/// </summary>
public sealed class PolygonLayer
{
    /// <summary>Ending of the files.</summary>
    public const string Extension = ".geojson";

    private readonly IReadOnlyList<MapFeature> _features;
    private readonly STRtree<int> _index = new();

    private PolygonLayer(ImageSize size, IReadOnlyList<MapFeature> features)
    {
        Size = size;
        _features = features;
        foreach ((int number, MapFeature feature) in features.Index())
        {
            if (!feature.Geometry.IsEmpty)
                _index.Insert(feature.Geometry.EnvelopeInternal, number);
        }

        // Later queries only read.
        _index.Build();
        ClassNames = [.. features.Select(f => f.ClassName).Distinct(StringComparer.Ordinal).OrderBy(name => name, StringComparer.Ordinal)];
    }

    /// <summary>Height and width of the scene, pixels.</summary>
    public ImageSize Size { get; }

    /// <summary>Names of the classes in ordinal order; null, first, where a polygon has none.</summary>
    public IReadOnlyList<string?> ClassNames { get; }

    /// <summary>Reads the polygons of a scene.</summary>
    /// <param name="path">.geojson file, in WGS 84 or any other known system, or in the scene's own; the property "class" names the class of a polygon.</param>
    /// <param name="scenePath">The GeoTIFF whose grid they are laid on.</param>
    /// <exception cref="InputException">A file cannot be read, the scene has no place on the map, systems cannot be converted, or no polygon lies in the scene.</exception>
    public static PolygonLayer Open(string path, string scenePath)
    {
        if (!RasterSource.HasGeoreference(scenePath))
            throw new InputException($"{path}: polygons of a map need a GeoTIFF to lie on, and {scenePath} has no place on the map; give a georeferenced scene, or its masks as pictures.");
        GeoTiffHeader scene;
        using (GeoTiffReader reader = GeoTiffReader.Open(scenePath))
            scene = reader.Header;
        int code = scene.EpsgCode ?? scene.RequireCoordinateReferenceSystem(scenePath).EpsgCode;
        var layer = new PolygonLayer(scene.Size, GeoJsonFile.Read(path, scene.Transform!.Value, code));
        if (layer._features.FirstOrDefault(f => !f.Geometry.IsEmpty) is { } first && layer.Find(PixelWindow.Whole(scene.Size)).Count == 0)
        {
            Envelope box = first.Geometry.EnvelopeInternal;
            throw new InputException(
                $"{path}: none of its {layer._features.Count} polygons lies in {scenePath}, whose size is {scene.Size}: the first spans columns {box.MinX:0} to {box.MaxX:0} and rows {box.MinY:0} to "
                    + $"{box.MaxY:0}; is it the layer of another scene, or in another coordinate reference system than it says?");
        }

        return layer;
    }

    /// <summary>The polygons that cover the centre of a pixel of a window, in the order of the file; they may overlap.</summary>
    /// <param name="window">Which pixels; inside the scene.</param>
    /// <returns>For each polygon its class, null for none, and a mask of the window's size.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The window reaches beyond the scene.</exception>
    public IEnumerable<(string? ClassName, BinaryMask Mask)> Read(PixelWindow window)
    {
        window.RequireInside(Size);
        return Find(window).Order().Select(number => (_features[number].ClassName, Mask: MaskPolygons.Rasterise(_features[number].Geometry, window))).Where(found => found.Mask.Area > 0);
    }

    private IList<int> Find(PixelWindow window) => _index.Query(new Envelope(window.X, window.Right, window.Y, window.Bottom));
}
