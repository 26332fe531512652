using System.Globalization;
using System.Text.Json;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO.Converters;
using SamTune.Imaging.GeoTiff;

namespace SamTune.Imaging.Maps;

/// <summary>
/// Objects as GeoJSON: in longitude and latitude of WGS 84 as RFC 7946 asks for (outer rings counterclockwise), or in the picture's own coordinate reference system with the "crs" member of
/// GeoJSON 2008, which GDAL, QGIS and GeoPandas read. Longitudes of a scene across the 180th meridian run on beyond 180.
/// </summary>
public static class GeoJsonFile
{
    private const long MaximumBytes = 1L << 30;
    private const int Wgs84Code = 4326;

    // Once around the world and on, across the 180th meridian.
    private const double MaximumLongitude = 540;

    // A degree's ninth decimal is 0.1 mm.
    private const int DegreeDecimals = 9;

    private static readonly JsonSerializerOptions s_json = new() { Converters = { new GeoJsonConverterFactory(GeometryFactory.Default, false, "id", RingOrientationOption.EnforceRfc9746) } };

    /// <summary>Writes objects.</summary>
    /// <param name="path">.geojson file; an existing one is replaced.</param>
    /// <param name="features">The objects, in pixels; one is in memory at a time.</param>
    /// <param name="transform">From pixels to the map.</param>
    /// <param name="epsgCode">EPSG code of the map's coordinate reference system.</param>
    /// <param name="inWgs84">True for longitude and latitude of WGS 84, false for the map's own coordinates.</param>
    /// <exception cref="InputException">The system cannot be converted, or the file cannot be written.</exception>
    public static void Write(string path, IEnumerable<MapFeature> features, GeoTransform transform, int epsgCode, bool inWgs84)
    {
        ArgumentNullException.ThrowIfNull(features);
        CoordinateReferenceSystem? system = inWgs84 ? CoordinateReferenceSystem.FromEpsg(epsgCode) : null;
        AtomicFile.Write(path, stream =>
        {
            using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = false });
            writer.WriteStartObject();
            writer.WriteString("type", "FeatureCollection");
            if (!inWgs84 && epsgCode != Wgs84Code)
                WriteSystem(writer, epsgCode);
            writer.WriteStartArray("features");
            foreach ((int index, MapFeature feature) in features.Index())
            {
                WriteFeature(writer, feature.Label ?? (index + 1), feature, MaskPolygons.Move(feature.Geometry, ToMap));
                writer.Flush();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });

        (double X, double Y) ToMap(double column, double row)
        {
            (double x, double y) = transform.ToMap(column, row);
            if (system == null)
                return (x, y);
            (double longitude, double latitude) = system.ToWgs84(x, y);
            return (Math.Round(longitude, DegreeDecimals), Math.Round(latitude, DegreeDecimals));
        }
    }

    /// <summary>Reads the polygons of a file; features without a geometry are left out.</summary>
    /// <param name="path">.geojson file, in WGS 84 or with a "crs" member.</param>
    /// <param name="transform">From pixels to the map.</param>
    /// <param name="epsgCode">EPSG code of the map's coordinate reference system.</param>
    /// <returns>The objects, in pixels.</returns>
    /// <exception cref="InputException">The file is missing, damaged, no GeoJSON, holds other geometries, or its system cannot be converted.</exception>
    public static IReadOnlyList<MapFeature> Read(string path, GeoTransform transform, int epsgCode)
    {
        using FileStream stream = InputFile.Open(path);
        if (stream.Length > MaximumBytes)
            throw new InputException($"{path}: {stream.Length} bytes; at most {MaximumBytes} are read: cut the file by area.");
        string place = "";
        try
        {
            using JsonDocument document = JsonDocument.Parse(stream);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("features", out JsonElement features) || features.ValueKind != JsonValueKind.Array)
                throw new InputException($"{path}: no 'features' list; a GeoJSON FeatureCollection is needed: export the layer as GeoJSON.");
            Func<double, double, (double X, double Y)> toPixel = ToPixel(transform, ReadSystem(path, root), epsgCode);
            var found = new List<MapFeature>();
            foreach ((int index, JsonElement feature) in features.EnumerateArray().Index())
            {
                place = $"feature {index + 1}: ";
                if (ReadFeature(feature, toPixel) is { } read)
                    found.Add(read);
            }

            return found;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            throw new InputException($"{path}: {place}no valid GeoJSON ({InputFile.OneLine(exception)}); export the polygons again.", exception);
        }
        catch (InputException exception) when (!exception.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InputException($"{path}: {place}{exception.Message}", exception);
        }
    }

    private static void WriteSystem(Utf8JsonWriter writer, int epsgCode)
    {
        writer.WriteStartObject("crs");
        writer.WriteString("type", "name");
        writer.WriteStartObject("properties");
        writer.WriteString("name", $"urn:ogc:def:crs:EPSG::{epsgCode}");
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteFeature(Utf8JsonWriter writer, int id, MapFeature feature, Geometry geometry)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "Feature");
        writer.WriteNumber("id", id);
        writer.WriteStartObject("properties");
        if (feature.ClassName != null)
            writer.WriteString("class", feature.ClassName);
        if (feature.Score is double score)
            writer.WriteNumber("score", score);
        writer.WriteEndObject();
        writer.WritePropertyName("geometry");
        JsonSerializer.Serialize(writer, geometry, s_json);
        writer.WriteEndObject();
    }

    private static MapFeature? ReadFeature(JsonElement feature, Func<double, double, (double X, double Y)> toPixel)
    {
        if (!feature.TryGetProperty("geometry", out JsonElement element) || element.ValueKind == JsonValueKind.Null)
            return null;
        Geometry geometry = element.Deserialize<Geometry>(s_json) ?? throw new JsonException("a geometry is null");
        bool hasProperties = feature.TryGetProperty("properties", out JsonElement properties) && properties.ValueKind == JsonValueKind.Object;
        string? name = hasProperties && properties.TryGetProperty("class", out JsonElement text) && text.ValueKind is JsonValueKind.String or JsonValueKind.Number ? text.ToString() : null;
        double? score = hasProperties && properties.TryGetProperty("score", out JsonElement number) && number.ValueKind == JsonValueKind.Number ? number.GetDouble() : null;
        return new MapFeature(MaskPolygons.Move(geometry, toPixel), name, score);
    }

    private static int ReadSystem(string path, JsonElement root)
    {
        if (!root.TryGetProperty("crs", out JsonElement crs) || crs.ValueKind == JsonValueKind.Null)
            return Wgs84Code;
        string name = crs.GetProperty("properties").GetProperty("name").GetString() ?? "";
        if (name.EndsWith("CRS84", StringComparison.OrdinalIgnoreCase))
            return Wgs84Code;
        return name.Contains("EPSG", StringComparison.OrdinalIgnoreCase) && int.TryParse(name[(name.LastIndexOf(':') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int code)
            ? code
            : throw new InputException($"{path}: the coordinate reference system '{name}' is not understood; one such as urn:ogc:def:crs:EPSG::32633 is needed: export the layer in WGS 84.");
    }

    private static Func<double, double, (double X, double Y)> ToPixel(GeoTransform transform, int fileCode, int epsgCode)
    {
        if (fileCode == epsgCode)
        {
            bool isGeographic = CoordinateReferenceSystem.TryFromEpsg(fileCode, out CoordinateReferenceSystem? own) && own.IsGeographic;
            return (x, y) => isGeographic ? transform.ToPixel(Degrees(x, y).X, y) : transform.ToPixel(x, y);
        }

        var from = CoordinateReferenceSystem.FromEpsg(fileCode);
        var to = CoordinateReferenceSystem.FromEpsg(epsgCode);
        return (x, y) =>
        {
            (double longitude, double latitude) = from.IsGeographic ? Degrees(x, y) : from.ToWgs84(x, y);
            (double mapX, double mapY) = to.FromWgs84(longitude, latitude);
            (double column, double row) = transform.ToPixel(mapX, mapY);
            return double.IsFinite(column) && double.IsFinite(row)
                ? (column, row)
                : throw new InputException($"the corner ({x}, {y}) has no place in {to}; is the file in another coordinate reference system than it says?");
        };
    }

    // A layer in metres without the "crs" member is taken for degrees; the message says so rather than that it lies elsewhere.
    private static (double X, double Y) Degrees(double x, double y)
        => Math.Abs(x) <= MaximumLongitude && Math.Abs(y) <= 90 ? (x, y) : throw new InputException(
            $"the corner ({x}, {y}) is no longitude and latitude in degrees, which a file without a \"crs\" member holds; export the layer in WGS 84 (RFC 7946), or with its coordinate reference system.");
}
