using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Maps;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

/// <summary>Commands on GeoTIFF scenes whose masks are polygons.</summary>
public sealed class PolygonMaskCommandTests : IDisposable
{
    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");
    private static readonly ImageSize s_size = new(48, 60);
    private static readonly GeoTransform s_transform = GeoTransform.NorthUp(500_000, 5_000_000, 0.3, 0.3);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Training_checking_converting_and_evaluating_take_polygons_for_masks()
    {
        string pictures = Write("pictures", polygons: false), data = Write("polygons", polygons: true);

        CommandLineRun check = await CommandLineRun.Of("dataset", "check", data, "--base", s_base, "--json");
        Assert.True(check.ExitCode == 0, check.Output + check.Error);
        Assert.Equal(2, check.Json.GetProperty("parts")[0].GetProperty("classes").GetProperty("disc").GetInt32());
        CommandLineRun convert = await CommandLineRun.Of("dataset", "convert", data, "--out", _folder.At("own"), "--json");
        Assert.True(convert.ExitCode == 0, convert.Error);
        double expected = await Dice(pictures);
        Assert.Equal(expected, await Dice(data));
        Assert.Equal(expected, await Dice(_folder.At("own", "data.jsonl")));
        CommandLineRun train = await CommandLineRun.Of("train", data, "--base", s_base, "--steps", "1", "--out", _folder.At("run"), "--json");
        Assert.True(train.ExitCode == 0, train.Error);

        string layer = Path.Combine(data, "masks", "p1.geojson");
        await File.WriteAllTextAsync(layer, """{"type":"FeatureCollection","features":[""", TestContext.Current.CancellationToken);
        (await CommandLineRun.Of("train", data, "--base", s_base, "--steps", "1", "--out", _folder.At("other"))).AssertRefused(layer, "no valid GeoJSON");
        Assert.False(Directory.Exists(_folder.At("other")));
    }

    private async Task<double> Dice(string data)
    {
        CommandLineRun run = await CommandLineRun.Of("evaluate", data, "--base", s_base, "--prompts", "box", "--out", _folder.At("report", Path.GetRandomFileName()), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Json.GetProperty("dice")[0].GetProperty("dice").GetDouble();
    }

    private string Write(string name, bool polygons)
    {
        Directory.CreateDirectory(_folder.At(name, "images"));
        Directory.CreateDirectory(_folder.At(name, "masks"));
        for (int i = 0; i < 2; i++)
        {
            BinaryMask mask = new(s_size, [.. Enumerable.Range(0, (int)s_size.PixelCount).Select(p => Disc(p % 60, p / 60, i))]);
            GeoTiffWriter.Write(
                _folder.At(name, "images", $"p{i}.tif"),
                new GeoTiffHeader { Size = s_size, BandNames = ["red", "green", "blue"], StoredAs = SampleKind.UInt8, GeoKeys = GeoKeys.Of(CoordinateReferenceSystem.FromEpsg(32633)), Transform = s_transform },
                [.. mask.Pixels.SelectMany((m, p) => Enumerable.Repeat((byte)((m * 150) + (p % 11)), 3))]);
            if (polygons)
                GeoJsonFile.Write(_folder.At(name, "masks", $"p{i}.geojson"), [new MapFeature(MaskPolygons.Polygonise(mask), "disc")], s_transform, 32633, inWgs84: i == 0);
            else
                ImageWriter.WriteMaskPng(_folder.At(name, "masks", $"p{i}.png"), mask);
        }

        return _folder.At(name);
    }

    private static byte Disc(int x, int y, int number) => Math.Pow(x - 25 - number, 2) + Math.Pow(y - 20, 2) < 120 ? (byte)1 : (byte)0;
}
