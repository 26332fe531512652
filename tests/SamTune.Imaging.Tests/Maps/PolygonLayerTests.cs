using CsCheck;
using NetTopologySuite.Geometries;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Maps;
using SamTune.Testing;

namespace SamTune.Imaging.Tests.Maps;

public sealed class PolygonLayerTests : IDisposable
{
    private static readonly GeoTransform s_transform = GeoTransform.NorthUp(500_000, 5_000_000, 0.3, 0.3);

    private readonly TemporaryFolder _folder = new();

    private string ScenePath => _folder.At("town.tif");

    private string LayerPath => _folder.At("town.geojson");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Windows_of_polygons_written_from_masks_are_the_masks(bool inWgs84)
        => Gen.Select(Masks.Any(maximumSide: 24), Gen.Double[0, 1].Array[4]).Sample(
            (mask, place) =>
            {
                WriteScene(mask.Size);
                BinaryMask inverse = new(mask.Size, Array.ConvertAll(mask.Pixels, p => (byte)(1 - p)));
                GeoJsonFile.Write(LayerPath, [new MapFeature(MaskPolygons.Polygonise(mask), "roof"), new MapFeature(MaskPolygons.Polygonise(inverse))], s_transform, 32633, inWgs84);
                PixelWindow window = WindowOf(mask.Size, place);
                (string? ClassName, BinaryMask Mask)[] found = [.. PolygonLayer.Open(LayerPath, ScenePath).Read(window)];
                Assert.Equal([.. new[] { ("roof", mask.Cut(window)), (null, inverse.Cut(window)) }.Where(e => e.Item2.Area > 0).Select(e => e.Item1)], found.Select(f => f.ClassName));
                Assert.All(found, f => Assert.Equal((f.ClassName == "roof" ? mask : inverse).Cut(window).Pixels, f.Mask.Pixels));
            },
            iter: 60,
            threads: 1);

    [Fact]
    public void A_window_of_slanted_polygons_is_the_same_part_of_the_whole()
        => Gen.Select(Gen.Double[-10, 40].Array[12], Gen.Double[0, 1].Array[4]).Sample((corners, place) =>
        {
            Coordinate[] ring = [.. Enumerable.Range(0, 6).Select(i => new Coordinate(corners[2 * i], corners[(2 * i) + 1]))];
            Polygon polygon = GeometryFactory.Default.CreatePolygon([.. ring, ring[0]]);
            var size = new ImageSize(30, 27);
            PixelWindow window = WindowOf(size, place);
            Assert.Equal(MaskPolygons.Rasterise(polygon, size).Cut(window).Pixels, MaskPolygons.Rasterise(polygon, window).Pixels);
        });

    [Fact]
    public void Overlapping_polygons_keep_their_pixels_and_classes_may_be_numbers()
    {
        WriteScene(new ImageSize(4, 4));
        string Square(string properties, double x, double y, double side)
            => Feature(properties, FormattableString.Invariant($"[[[{x},{y}],[{x + side},{y}],[{x + side},{y - side}],[{x},{y - side}],[{x},{y}]]]"));
        Write("EPSG::32633", Square("""{"class":7}""", 500_000, 5_000_000, 0.6), Square("{}", 500_000, 5_000_000, 0.3), Square("""{"class":"road"}""", 500_000.9, 4_999_999.1, 9));
        var layer = PolygonLayer.Open(LayerPath, ScenePath);
        Assert.Equal([null, "7", "road"], layer.ClassNames);
        Assert.Equal([("7", 4), (null, 1), ("road", 1)], layer.Read(new PixelWindow(0, 0, 4, 4)).Select(f => (f.ClassName, f.Mask.Area)));
        Assert.Equal(["road"], layer.Read(new PixelWindow(2, 2, 2, 2)).Select(f => f.ClassName));
        Assert.Throws<ArgumentOutOfRangeException>(() => layer.Read(new PixelWindow(0, 0, 5, 4)));
    }

    [Theory]
    [InlineData("[[[500000,5000000],[500001,5000000],[500000,4999999],[500000,5000000]]]", null, null, "no longitude and latitude", "feature 1")]
    [InlineData("[[[15.1,45.1],[15.2,45.1],[15.1,45.2],[15.1,45.1]]]", null, null, "none of its 1 polygons lies in", "columns")]
    [InlineData("[[[0,0],[1,0],[0,1],[0,0]]]", "EPSG::32633", null, "none of its 1 polygons lies in", "rows")]
    [InlineData("[[[500000,NaN],[500001,5000000],[500000,4999999],[500000,5000000]]]", "EPSG::32633", null, "no valid GeoJSON")]
    [InlineData("[[[500000,5000000],[500001,1e999],[500000,4999999],[500000,5000000]]]", "EPSG::32633", null, "feature 1", "finite")]
    [InlineData("[[[500000,5000000],[500001,5000000],[500000,4999999],[500000,5000000]]]", "EPSG::2180", null, "EPSG:2180 cannot be converted")]
    [InlineData("[[[500000,5000000],[500001,5000000],[500000,4999999],[500000,5000000]]]", "EPSG::32633", "no map", "no place on the map")]
    [InlineData("[[[500000,5000000],[500001,5000000],[500000,4999999],[500000,5000000]]]", "EPSG::32633", "no code", "no EPSG code")]
    public void Layers_that_do_not_lie_on_the_scene_are_refused_in_one_line(string coordinates, string? system, string? scene, params string[] said)
    {
        WriteScene(new ImageSize(20, 20), scene);
        Write(system, Feature("null", coordinates));
        string message = Assert.Throws<InputException>(() => PolygonLayer.Open(LayerPath, ScenePath)).Message;
        Assert.All(said, part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.StartsWith(scene == "no code" ? ScenePath : LayerPath, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_layer_without_polygons_is_a_scene_without_objects()
    {
        WriteScene(new ImageSize(5, 5));
        Write("EPSG::32633");
        Assert.Empty(PolygonLayer.Open(LayerPath, ScenePath).Read(new PixelWindow(0, 0, 5, 5)));
        Write("EPSG::32633", """{"type":"Feature","properties":{},"geometry":null}""");
        Assert.Empty(PolygonLayer.Open(LayerPath, ScenePath).ClassNames);
    }

    private static string Feature(string properties, string coordinates)
        => "{\"type\":\"Feature\",\"properties\":" + properties + ",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":" + coordinates + "}}";

    private void Write(string? system, params string[] features)
    {
        string crs = system == null ? "" : "\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:" + system + "\"}},";
        File.WriteAllText(LayerPath, "{\"type\":\"FeatureCollection\"," + crs + "\"features\":[" + string.Join(",", features) + "]}");
    }

    private static PixelWindow WindowOf(ImageSize size, double[] place)
    {
        int x = (int)(place[0] * (size.Width - 1)), y = (int)(place[1] * (size.Height - 1));
        return new PixelWindow(x, y, 1 + (int)(place[2] * (size.Width - 1 - x)), 1 + (int)(place[3] * (size.Height - 1 - y)));
    }

    private void WriteScene(ImageSize size, string? without = null) => GeoTiffWriter.Write(
        ScenePath,
        new GeoTiffHeader
        {
            Size = size,
            BandNames = ["grey"],
            StoredAs = SampleKind.UInt8,
            Transform = without == "no map" ? null : s_transform,
            // User-defined: projected, but by no code.
            GeoKeys = without == "no code" ? new GeoKeys(ScenePath, [1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, 32767], [], "") : GeoKeys.Of(CoordinateReferenceSystem.FromEpsg(32633)),
        },
        new byte[size.PixelCount]);
}
