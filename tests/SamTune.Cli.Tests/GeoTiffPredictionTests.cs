using System.Text.Json;
using SamTune.Imaging;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Maps;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed class GeoTiffPredictionTests : IDisposable
{
    private const int Epsg = 32633;

    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");
    private static readonly ImageSize s_size = new(96, 120);
    private static readonly GeoTransform s_transform = GeoTransform.NorthUp(500_000, 5_000_000, 0.5, 0.5);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Labels_lie_on_the_scene_s_map_and_their_polygons_are_the_labels()
    {
        string scene = Scene("scene.tif", CoordinateReferenceSystem.FromEpsg(Epsg));
        CommandLineRun run = await CommandLineRun.Of("predict", scene, "--base", s_base, "--tile", "64", "--box", "5,5,60,60", "--box", "50,30,110,90", "--geojson", "both", "--out", _folder.At("out"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("EPSG:32633", run.Json.GetProperty("crs").GetString());
        Assert.Equal([64, 64], run.Json.GetProperty("tile").EnumerateArray().Select(t => t.GetInt32()));

        using GeoTiffReader labels = GeoTiffReader.Open(_folder.At("out", "labels.tif"));
        Assert.Equal((s_size, s_transform, Epsg, 65_535), (labels.Header.Size, labels.Header.Transform, labels.Header.EpsgCode, labels.Header.NoData));
        ushort[] found = labels.ReadSamples<ushort>(PixelWindow.Whole(s_size));

        // The scene's upper left corner holds no measurement, nor do the labels.
        Assert.All(Enumerable.Range(0, found.Length), i => Assert.Equal(IsMissing(i % 120, i / 120), found[i] == 65_535));
        JsonElement[] objects = [.. run.Json.GetProperty("objects").EnumerateArray().Where(o => found.Contains((ushort)o.GetProperty("label").GetInt32()))];
        Assert.NotEmpty(objects);
        foreach (string file in new[] { "labels.geojson", "labels_wgs84.geojson" })
        {
            IReadOnlyList<MapFeature> features = GeoJsonFile.Read(_folder.At("out", file), s_transform, Epsg);
            Assert.Equal(objects.Length, features.Count);
            foreach ((MapFeature feature, JsonElement described) in features.Zip(objects))
            {
                ushort label = (ushort)described.GetProperty("label").GetInt32();
                Assert.Equal(described.GetProperty("predictedIou").GetDouble(), feature.Score!.Value, 1e-9);
                Assert.Equal([.. found.Select(v => v == label ? (byte)1 : (byte)0)], MaskPolygons.Rasterise(feature.Geometry, s_size).Pixels);
            }
        }

        Assert.Contains("EPSG::32633", await File.ReadAllTextAsync(_folder.At("out", "labels.geojson"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scene_is_known_by_its_map_and_its_tiles_cover_what_the_recipe_s_do()
    {
        string scene = Scene("scene.tif", CoordinateReferenceSystem.FromEpsg(Epsg));

        // 100 pixels at 0.3 m are 60 at 0.5 m.
        CommandLineRun run = await CommandLineRun.Of("predict", scene, "--base", s_base, "--profile", "satellite", "--scene-tile", "100", "--near-infrared", "false-colour", "--box", "5,5,50,50", "--out", _folder.At("out"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal([60, 60], run.Json.GetProperty("tile").EnumerateArray().Select(t => t.GetInt32()));
        Assert.Equal([0.5, 0.5], run.Json.GetProperty("metresPerPixel").EnumerateArray().Select(m => m.GetDouble()));
        Assert.False(File.Exists(_folder.At("out", "labels.geojson")));
    }

    [Fact]
    public async Task Everything_in_a_scene_without_a_code_keeps_the_scene_s_keys()
    {
        string scene = Scene("scene.tif", system: null);
        CommandLineRun run = await CommandLineRun.Of(
            "predict", scene, "--base", s_base, "--tile", "64", "--auto", "--points-per-side", "3", "--predicted-iou", "0", "--stability", "0.02", "--out", _folder.At("out"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        using GeoTiffReader labels = GeoTiffReader.Open(_folder.At("out", "labels.tif"));
        Assert.Equal((s_transform, null), (labels.Header.Transform, labels.Header.EpsgCode));
    }

    [Fact]
    public async Task Scenes_without_what_is_asked_for_are_refused_before_anything_is_written()
    {
        Task<CommandLineRun> Run(string scene, params string[] more) => CommandLineRun.Of(["predict", scene, "--base", s_base, "--box", "5,5,50,50", "--out", _folder.At("out"), .. more]);
        (await Run(Scene("plain.tif", system: null, transform: null), "--geojson", "scene", "--bands", "blue,green,red,nir", "--profile", "satellite")).AssertRefused("plain.tif", "no place on the map");
        (await Run(Scene("nocrs.tif", system: null), "--geojson", "both")).AssertRefused("nocrs.tif", "coordinate reference system", "gdal_edit.py");
        (await Run(RepositoryFiles.Golden("tiny_image.png"), "--geojson", "scene")).AssertRefused("no place on the map");
        (await Run(Scene("a.tif", CoordinateReferenceSystem.FromEpsg(Epsg)), "--geojson", "degrees")).AssertRefused("--geojson", "degrees", "wgs84");
        byte[] whole = await File.ReadAllBytesAsync(_folder.At("a.tif"), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(_folder.At("cut.tif"), whole[..(whole.Length / 2)], TestContext.Current.CancellationToken);
        (await Run(_folder.At("cut.tif"))).AssertRefused("cut.tif");

        // EPSG:2180, which cannot be converted here, can be written in its own coordinates all the same.
        string polish = Polish();
        (await Run(polish, "--geojson", "wgs84")).AssertRefused("polish.tif", "EPSG:2180", "gdalwarp");
        Assert.False(Directory.Exists(_folder.At("out")));
        CommandLineRun own = await Run(polish, "--geojson", "scene");
        Assert.True(own.ExitCode == 0, own.Error);
        Assert.Contains("EPSG::2180", await File.ReadAllTextAsync(_folder.At("out", "labels.geojson"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static bool IsMissing(int x, int y) => x + y < 12;

    private string Polish()
    {
        GeoKeys utm = GeoKeys.Of(CoordinateReferenceSystem.FromEpsg(Epsg));
        ushort[] directory = [.. utm.Directory.Select(v => v == Epsg ? (ushort)2180 : v)];
        return Write("polish.tif", new GeoKeys("polish.tif", directory, utm.Doubles, utm.Text), s_transform);
    }

    private string Scene(string name, CoordinateReferenceSystem? system) => Scene(name, system, s_transform);

    private string Scene(string name, CoordinateReferenceSystem? system, GeoTransform? transform) => Write(name, system == null ? null : GeoKeys.Of(system), transform);

    private string Write(string name, GeoKeys? keys, GeoTransform? transform)
    {
        short[] samples =
        [
            .. from y in Enumerable.Range(0, s_size.Height) from x in Enumerable.Range(0, s_size.Width) from b in Enumerable.Range(0, 4)
               select IsMissing(x, y) ? (short)-1 : (short)((((x / 17) + (y / 23)) % 2 * 1200) + (((x * 7) + (y * 13) + (b * 31)) % 900)),
        ];
        GeoTiffWriter.Write(
            _folder.At(name),
            new GeoTiffHeader { Size = s_size, BandNames = ["blue", "green", "red", "nir"], StoredAs = SampleKind.Int16, NoData = -1, GeoKeys = keys, Transform = transform, BlockSize = new ImageSize(32, 32) },
            samples);
        return _folder.At(name);
    }
}
