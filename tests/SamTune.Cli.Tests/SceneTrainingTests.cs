using System.Text.Json;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Maps;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

/// <summary>Scenes are predicted in the tiles that an adapter was trained on, and masks lie where the objects do.</summary>
public sealed class SceneTrainingTests : IDisposable
{
    private const int Utm = 32633;

    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_adapter_trained_on_tiles_of_a_tasks_json_takes_any_scene_in_such_tiles_and_needs_no_prompt()
    {
        Write("scene.tif", new ImageSize(96, 120), SampleKind.Int16, 6, 28.5, Utm, IsSquare);
        await File.WriteAllTextAsync(_folder.At("tasks.json"), """
            { "image": "scene.tif", "bands": ["B1 blue", "B2 green", "B3 red", "B4 near infrared", "B5 swir", "B7 swir"], "pixel_m": 28.5, "tasks": { "land": { "mask": "scene.png" } },
              "tiles": { "train": [ { "row": 0, "col": 0, "size": 48 }, { "row": 0, "col": 40, "size": 48 } ], "val": [ { "row": 60, "col": 16, "size": 32 } ] } }
            """, TestContext.Current.CancellationToken);
        string adapter = await Trained(_folder.FullPath, "--task", "land", "--method", "prompt");
        JsonElement recipe = JsonElement.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(adapter, ".json"), TestContext.Current.CancellationToken)).GetProperty("preprocessing").GetProperty("scene");
        Assert.Equal((48, "B1 blue,B2 green,B3 red,B4 near infrared,B5 swir,B7 swir"), (recipe.GetProperty("tileSide").GetInt32(), recipe.GetProperty("bands").GetString()));

        Assert.Equal(28.5, recipe.GetProperty("metresPerPixel").GetDouble(), 1e-6);

        // The file itself names no band. Tiles of 48 pixels, 6 of them shared: three in a row, three in a column.
        CommandLineRun run = await Predict("scene.tif", adapter, "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal([48, 48], Numbers(run, "tile"));
        Assert.Contains("9 of 9 tiles", run.Error, StringComparison.Ordinal);
        JsonElement found = Assert.Single(run.Json.GetProperty("objects").EnumerateArray());
        Assert.Equal((1, 9), (found.GetProperty("label").GetInt32(), found.GetProperty("tiles").GetInt32()));
        Assert.Equal(found.GetProperty("area").GetInt64(), ImageReader.ReadRaster(_folder.At("found", "labels.tif")).Samples.Count(l => l == 1));

        // The profile that it was trained by may be named, another tile may not.
        Assert.Equal(0, (await Predict("scene.tif", adapter, "--profile", "satellite")).ExitCode);
        (await Predict("scene.tif", adapter, "--profile", "satellite", "--scene-tile", "64")).AssertRefused("--scene-tile", "tiles of 48");
        (await Predict("scene.tif", adapter, "--multimask")).AssertRefused("--multimask", "scene.tif");
        (await CommandLineRun.Of("predict", _folder.At("scene.tif"), "--base", s_base, "--out", _folder.At("none"))).AssertRefused("no adapter", "--boxes");

        // A picture without a map is cut alike where training would have cut it, and a smaller one is taken whole.
        ImageWriter.WriteRgbPng(_folder.At("large.png"), new RgbImage(new ImageSize(60, 50), new byte[60 * 50 * 3]));
        ImageWriter.WriteRgbPng(_folder.At("small.png"), new RgbImage(new ImageSize(48, 40), new byte[48 * 40 * 3]));
        string plain = await Trained(Plain(), "--profile", "satellite", "--scene-tile", "48", "--method", "prompt");
        CommandLineRun large = await Predict("large.png", plain, "--json"), small = await Predict("small.png", plain, "--json");
        Assert.Equal([48, 48], Numbers(large, "tile"));
        Assert.Equal(1, small.Json.GetProperty("masks").GetArrayLength());
    }

    [Fact]
    public async Task Eight_bit_orthophotos_are_cut_at_their_own_resolution_in_training_as_in_prediction()
    {
        string path = Write(Path.Combine("images", "photo.tif"), new ImageSize(40, 1100), SampleKind.UInt8, 3, 0.1, Utm, IsSquare);
        Directory.CreateDirectory(_folder.At("masks"));
        File.Move(Path.ChangeExtension(path, ".png"), _folder.At("masks", "photo.png"));
        CommandLineRun train = await CommandLineRun.Of(Train(_folder.FullPath));
        Assert.True(train.ExitCode == 0, train.Error);
        Assert.Contains("2 pictures", train.Error, StringComparison.Ordinal);
        string adapter = _folder.At("run", "adapter.safetensors");
        JsonElement recipe = JsonElement.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(adapter, ".json"), TestContext.Current.CancellationToken)).GetProperty("preprocessing");
        Assert.Equal(("rgb", 1024), (recipe.GetProperty("mapping").GetString(), recipe.GetProperty("scene").GetProperty("tileSide").GetInt32()));
        Assert.Equal(0.1, recipe.GetProperty("scene").GetProperty("metresPerPixel").GetDouble(), 1e-6);

        CommandLineRun same = await Predict(Path.Combine("images", "photo.tif"), adapter, "--box", "16,15,39,34", "--json");
        Assert.True(same.ExitCode == 0, same.Error);
        Assert.Equal([1024, 1024], Numbers(same, "tile"));
        Assert.DoesNotContain("warning", same.Error, StringComparison.Ordinal);

        // Half the pixels on the same ground.
        Write("coarse.tif", new ImageSize(20, 60), SampleKind.UInt8, 3, 0.2, Utm, IsSquare);
        CommandLineRun coarse = await Predict("coarse.tif", adapter, "--box", "3,3,12,12", "--json");
        Assert.Equal([512, 512], Numbers(coarse, "tile"));
        Write("deep.tif", new ImageSize(20, 60), SampleKind.Int16, 3, 0.2, Utm, IsSquare);
        (await Predict("deep.tif", adapter, "--box", "3,3,12,12")).AssertRefused("deep.tif", "Int16", "8-bit");
    }

    [Theory]
    [InlineData(Utm, 0.6, 0.6)]
    [InlineData(4326, 0.37, 0.6)]
    public async Task Masks_lie_on_the_objects_of_the_scene_s_grid(int epsg, double across, double down)
    {
        // Two bright fields, one of them across tiles.
        static bool IsField(int x, int y) => (x is >= 30 and < 75 && y is >= 20 and < 52) || (x is >= 150 and < 230 && y is >= 60 and < 100);
        Write("fields.tif", new ImageSize(140, 260), SampleKind.Int16, 4, down, epsg, IsField);
        CommandLineRun run = await CommandLineRun.Of(
            "predict", _folder.At("fields.tif"), "--profile", "satellite", "--scene-tile", "160", "--box", "30,20,74,51", "--box", "150,60,229,99", "--geojson", "scene", "--out", _folder.At("found"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);

        // 160 pixels at 0.3 m are 48 m.
        int[] tile = Numbers(run, "tile");
        Assert.InRange(tile[0], (48 / down) - 1, (48 / down) + 1);
        Assert.InRange(tile[1], (48 / across) - 2, (48 / across) + 2);
        float[] labels = ImageReader.ReadRaster(_folder.At("found", "labels.tif")).Samples;
        for (int label = 1; label <= 2; label++)
        {
            int shared = 0, either = 0;
            for (int i = 0; i < labels.Length; i++)
            {
                bool isTrue = IsField(i % 260, i / 260) && (i % 260 < 100) == (label == 1), isFound = labels[i] == label;
                shared += isTrue && isFound ? 1 : 0;
                either += isTrue || isFound ? 1 : 0;
            }

            Assert.True(shared >= 0.85 * either, $"object {label}: {shared} of {either} pixels");
        }
    }

    private static bool IsSquare(int x, int y) => x % 50 is >= 15 and < 40 && y % 48 is >= 15 and < 35;

    private static int[] Numbers(CommandLineRun run, string name)
    {
        Assert.True(run.ExitCode == 0, run.Error);
        return [.. run.Json.GetProperty(name).EnumerateArray().Select(n => n.GetInt32())];
    }

    private string[] Train(string data, params string[] more) =>
    [
        "train", data, "--base", s_base, "--val-share", "0", "--batch", "1", "--steps", "1", "--out", _folder.At(more.Length == 0 ? "run" : "run" + more.Length), .. more,
    ];

    private async Task<string> Trained(string data, params string[] more)
    {
        string[] arguments = Train(data, more);
        CommandLineRun run = await CommandLineRun.Of([.. arguments, "--json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Json.GetProperty("artifact").GetString()!;
    }

    private Task<CommandLineRun> Predict(string picture, string adapter, params string[] more) =>
        CommandLineRun.Of(["predict", _folder.At(picture), "--base", s_base, "--adapter", adapter, "--out", _folder.At("found"), .. more]);

    // PNG pictures larger than the tiles that they are cut into.
    private string Plain()
    {
        Directory.CreateDirectory(_folder.At("plain", "images"));
        Directory.CreateDirectory(_folder.At("plain", "masks"));
        var size = new ImageSize(60, 60);
        byte[] mask = [.. Enumerable.Range(0, 3600).Select(i => IsSquare(i % 60, i / 60) ? (byte)1 : (byte)0)];
        ImageWriter.WriteRgbPng(_folder.At("plain", "images", "a.png"), new RgbImage(size, [.. mask.SelectMany(m => Enumerable.Repeat((byte)(60 + (m * 120)), 3))]));
        ImageWriter.WriteMaskPng(_folder.At("plain", "masks", "a.png"), new BinaryMask(size, mask));
        return _folder.At("plain");
    }

    /// <summary>Writes a scene without names of bands unless it has four, and its mask beside it; pixels of longitude and latitude are as many metres high at 52 degrees north.</summary>
    private string Write(string name, ImageSize size, SampleKind kind, int bands, double metres, int epsg, Func<int, int, bool> isObject)
    {
        string path = _folder.At(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        int[] samples =
        [
            .. from y in Enumerable.Range(0, size.Height) from x in Enumerable.Range(0, size.Width) from b in Enumerable.Range(0, bands)
               select (isObject(x, y) ? 190 - (5 * b) : 70 + (5 * b)) + (((x * 7) + (y * 13) + (b * 31)) % 16),
        ];
        var header = new GeoTiffHeader
        {
            Size = size,
            BandNames = bands == 4 ? ["red", "green", "blue", "nir"] : new string?[bands],
            StoredAs = kind,
            GeoKeys = GeoKeys.Of(CoordinateReferenceSystem.FromEpsg(epsg)),
            Transform = epsg == 4326 ? GeoTransform.NorthUp(13, 52, metres / 111_270, metres / 111_270) : GeoTransform.NorthUp(500_000, 5_000_000, metres, metres),
        };
        if (kind == SampleKind.UInt8)
        {
            GeoTiffWriter.Write(path, header, Array.ConvertAll(samples, s => (byte)s));
        }
        else
        {
            GeoTiffWriter.Write(path, header, Array.ConvertAll(samples, s => (short)s));
        }

        ImageWriter.WriteMaskPng(Path.ChangeExtension(path, ".png"), new BinaryMask(size, [.. Enumerable.Range(0, (int)size.PixelCount).Select(i => isObject(i % size.Width, i / size.Width) ? (byte)1 : (byte)0)]));
        return path;
    }
}
