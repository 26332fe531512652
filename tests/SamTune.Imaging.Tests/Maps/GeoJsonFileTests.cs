using System.Text.Json;
using CsCheck;
using NetTopologySuite.Algorithm;
using NetTopologySuite.Geometries;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Maps;
using SamTune.Testing;

namespace SamTune.Imaging.Tests.Maps;

public sealed class GeoJsonFileTests : IDisposable
{
    private static readonly GeoTransform s_utm = GeoTransform.NorthUp(293_000, 9_115_000, 0.3, 0.3);

    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.At("objects.geojson");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(31985, true)]
    [InlineData(31985, false)]
    [InlineData(3857, true)]
    [InlineData(2180, false)]
    public void A_mask_comes_back_pixel_for_pixel(int code, bool inWgs84) => Masks.Any(maximumSide: 20).Sample(
        mask =>
        {
            string path = _folder.At($"{Path.GetRandomFileName()}.geojson");
            GeoJsonFile.Write(path, [new MapFeature(MaskPolygons.Polygonise(mask))], s_utm, code, inWgs84);
            MapFeature found = GeoJsonFile.Read(path, s_utm, code).Single();
            Assert.Equal(mask.Pixels, MaskPolygons.Rasterise(found.Geometry, mask.Size).Pixels);
        },
        iter: 40,
        threads: 1);

    [Fact]
    public void A_mask_on_a_turned_grid_of_degrees_comes_back()
    {
        BinaryMask mask = Masks.Draw("##..", "#.##", "####", ".##.");
        var turned = new GeoTransform(13, 3e-6, 1e-6, 52, 1e-6, -3e-6);

        GeoJsonFile.Write(FilePath, [new MapFeature(MaskPolygons.Polygonise(mask))], turned, 4326, inWgs84: true);

        Assert.Equal(mask.Pixels, MaskPolygons.Rasterise(GeoJsonFile.Read(FilePath, turned, 4326).Single().Geometry, mask.Size).Pixels);
    }

    [Fact]
    public void WGS_84_is_longitude_first_without_crs_and_with_outer_rings_counterclockwise()
    {
        GeoJsonFile.Write(FilePath, [new MapFeature(MaskPolygons.Polygonise(Masks.Draw("###", "#.#", "###")), "pond", 0.75)], s_utm, 31985, inWgs84: true);

        using var document = JsonDocument.Parse(File.ReadAllText(FilePath));
        JsonElement feature = document.RootElement.GetProperty("features")[0], rings = feature.GetProperty("geometry").GetProperty("coordinates");
        Assert.False(document.RootElement.TryGetProperty("crs", out _));
        Assert.Equal(("pond", 0.75), (feature.GetProperty("properties").GetProperty("class").GetString(), feature.GetProperty("properties").GetProperty("score").GetDouble()));
        Assert.Equal(-34.878, rings[0][0][0].GetDouble(), 1e-3);
        Assert.Equal(-8.002, rings[0][0][1].GetDouble(), 1e-3);
        Assert.True(Orientation.IsCCW(Corners(rings[0])));
        Assert.False(Orientation.IsCCW(Corners(rings[1])));
    }

    [Fact]
    public void The_own_system_is_named_as_GDAL_does()
    {
        GeoJsonFile.Write(FilePath, [new MapFeature(MaskPolygons.Polygonise(Masks.Draw("#")))], s_utm, 31985, inWgs84: false);

        using var document = JsonDocument.Parse(File.ReadAllText(FilePath));
        Assert.Equal("urn:ogc:def:crs:EPSG::31985", document.RootElement.GetProperty("crs").GetProperty("properties").GetProperty("name").GetString());
        Assert.Equal(293_000, document.RootElement.GetProperty("features")[0].GetProperty("geometry").GetProperty("coordinates")[0].EnumerateArray().Min(c => c[0].GetDouble()));
    }

    [Theory]
    [InlineData("{", "no valid GeoJSON")]
    [InlineData("[]", "features")]
    [InlineData("""{"type":"FeatureCollection","features":[3]}""", "no valid GeoJSON")]
    [InlineData("""{"type":"FeatureCollection","features":[{"geometry":{"type":"Point","coordinates":[1,2]}}]}""", "Point")]
    [InlineData("""{"type":"FeatureCollection","features":[{"geometry":{"type":"Polygon","coordinates":[[[1,2],[3,4]]]}}]}""", "no valid GeoJSON")]
    [InlineData("""{"type":"FeatureCollection","features":[{"geometry":{"type":"Polygon","coordinates":[[[0,0],[1e999,0],[1,1],[0,0]]]}}]}""", "finite")]
    [InlineData("""{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"local"}},"features":[]}""", "'local'")]
    [InlineData("""{"type":"FeatureCollection","crs":{"type":"name"},"features":[]}""", "no valid GeoJSON")]
    [InlineData("""{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:2180"}},"features":[]}""", "EPSG:2180")]
    public void Damaged_files_are_refused_in_one_line(string json, string part)
    {
        File.WriteAllText(FilePath, json);

        string message = Assert.Throws<InputException>(() => GeoJsonFile.Read(FilePath, s_utm, 31985)).Message;

        Assert.StartsWith(FilePath, message, StringComparison.Ordinal);
        Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Changed_bytes_end_in_polygons_or_in_one_line()
    {
        GeoJsonFile.Write(
            FilePath, [new MapFeature(MaskPolygons.Polygonise(Masks.Draw("###.", "#.#.", "####")), "roof", 0.5), new MapFeature(MaskPolygons.Polygonise(Masks.Draw("#.", ".#")))], s_utm, 31985, inWgs84: false);
        byte[] whole = File.ReadAllBytes(FilePath), signs = [.. "[]{},:\"-.eE019ntf "u8];
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.OneOf(Gen.Byte, Gen.Int[0, signs.Length - 1].Select(i => signs[i]))).Array[1, 3].Sample(
            changes =>
            {
                byte[] bytes = [.. whole];
                foreach ((int at, byte value) in changes)
                    bytes[at] = value;
                string path = _folder.At($"{Path.GetRandomFileName()}.geojson");
                File.WriteAllBytes(path, bytes);
                try
                {
                    foreach (MapFeature feature in GeoJsonFile.Read(path, s_utm, 31985))
                        Assert.Equal(12, MaskPolygons.Rasterise(feature.Geometry, new ImageSize(3, 4)).Pixels.Length);
                }
                catch (InputException exception)
                {
                    Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
                    Assert.DoesNotContain('\n', exception.Message);
                }
            },
            iter: 1000,
            threads: 1);
    }

    [Fact]
    public void Heights_of_corners_are_passed_over()
    {
        File.WriteAllText(FilePath, """
            {"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "EPSG:31985"}}, "features": [{"type": "Feature", "properties": {"class": "roof"}, "geometry":
             {"type": "Polygon", "coordinates": [[[293000, 9115000, 12.5], [293000.6, 9115000, 12.5], [293000.6, 9114999.7, 13], [293000, 9114999.7, 13], [293000, 9115000, 12.5]]]}}]}
            """);

        Assert.Equal(Masks.Draw("##.", "...").Pixels, MaskPolygons.Rasterise(GeoJsonFile.Read(FilePath, s_utm, 31985).Single().Geometry, new ImageSize(2, 3)).Pixels);
    }

    [Fact]
    public void A_system_that_cannot_be_converted_leaves_no_file()
    {
        Assert.Throws<InputException>(() => GeoJsonFile.Write(FilePath, [], s_utm, 2180, inWgs84: true));
        Assert.False(File.Exists(FilePath));
    }

    private static Coordinate[] Corners(JsonElement ring) => [.. ring.EnumerateArray().Select(c => new Coordinate(c[0].GetDouble(), c[1].GetDouble()))];
}
