using SamTune.Imaging;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Maps;
using SamTune.Inference.Scenes;

namespace SamTune.Cli.Predicting;

/// <summary>The polygons of a scene's labels as GeoJSON.</summary>
internal sealed class ScenePolygons
{
    private readonly GeoTransform transform;
    private readonly int code;
    private readonly GeoJsonKind kind;

    private ScenePolygons(GeoTransform transform, int code, GeoJsonKind kind)
    {
        this.transform = transform;
        this.code = code;
        this.kind = kind;
    }

    /// <summary>Makes sure that the scene has what polygons need, before anything is predicted.</summary>
    /// <param name="path">The scene.</param>
    /// <param name="map">Its header; null where it is no TIFF.</param>
    /// <param name="kind">Which coordinates are wanted.</param>
    /// <exception cref="InputException">The scene has no place on the map, or its coordinates cannot be written.</exception>
    public static ScenePolygons For(string path, GeoTiffHeader? map, GeoJsonKind kind)
    {
        if (map?.Transform is not { } transform)
        {
            throw new InputException($"{path}: has no place on the map, so there are no coordinates for --geojson; give a GeoTIFF with a georeference, or leave the flag out.");
        }

        if (kind == GeoJsonKind.Scene && map.EpsgCode is { } own)
        {
            return new ScenePolygons(transform, own, kind);
        }

        return new ScenePolygons(transform, map.RequireCoordinateReferenceSystem(path).EpsgCode, kind);
    }

    /// <summary>Writes the files.</summary>
    /// <param name="folder">Where they go.</param>
    /// <param name="labels">The label file.</param>
    /// <param name="found">Its objects.</param>
    /// <returns>Their paths.</returns>
    public IReadOnlyList<string> Write(string folder, string labels, IReadOnlyList<SceneObject> found)
    {
        List<string> written = [];
        if (kind != GeoJsonKind.Wgs84)
        {
            Add("labels.geojson", inWgs84: false);
        }

        if (kind != GeoJsonKind.Scene)
        {
            Add("labels_wgs84.geojson", inWgs84: true);
        }

        return written;

        void Add(string name, bool inWgs84)
        {
            string path = Path.Combine(folder, name);
            GeoJsonFile.Write(path, LabelPolygons.Read(labels, found.Where(o => o.Box != null).Select(o => (o.Label, Window(o.Box!.Value), (double?)o.PredictedIou))), transform, code, inWgs84);
            written.Add(path);
        }
    }

    private static PixelWindow Window(BoundingBox box) => new((int)box.X0, (int)box.Y0, (int)(box.X1 - box.X0) + 1, (int)(box.Y1 - box.Y0) + 1);
}
