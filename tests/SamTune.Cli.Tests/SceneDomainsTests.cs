using System.Text.Json;
using SamTune.Adaptation.Lora;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Maps;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

/// <summary>Scenes of many bands among other domains: chosen by the picture, and measured on each other's data.</summary>
public sealed class SceneDomainsTests : IDisposable
{
    private const string Bands = "blue,green,red,nir,swir1,swir2";

    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Scenes_of_six_bands_are_recognised_and_an_adapter_of_four_channels_is_measured_on_other_data()
    {
        string data = Scenes(["B1", "B2", "B3", "B4", "B5", "B7"]), discs = DiscFolder.Write(_folder, "discs", 4);
        string sat = await Trained("sat", data, "--profile", "satellite", "--near-infrared", "four-channels", "--bands", Bands, "--scene-tile", "64");
        string plain = await Trained("plain", discs);
        string file = _folder.At("domains.json");
        await Ok("domains", file, "--add", $"sat={sat}", "--add", $"plain={plain}");
        JsonElement fitted = await Ok("domains", file, "--base", s_base, "--pictures", $"sat={Path.Combine(data, "images")}", "--pictures", $"plain={Path.Combine(discs, "images")}");
        Assert.All(fitted.GetProperty("domains").EnumerateArray(), d => Assert.InRange(d.GetProperty("pictures").GetInt32(), 3, 4));

        // Neither the file's own names nor their number says which bands are the colours; the domain's recipe does.
        string scene = Path.Combine(data, "images", "town0.tif");
        JsonElement chosen = await Ok("predict", scene, "--base", s_base, "--adapters", file, "--domain", "auto", "--box", "10,10,50,50", "--out", _folder.At("auto"));
        Assert.Equal(("sat", "sat", 0.5), (chosen.GetProperty("domain").GetString(), chosen.GetProperty("nearest").GetString(), chosen.GetProperty("confidenceThreshold").GetDouble()));
        Assert.InRange(chosen.GetProperty("confidence").GetDouble(), 0.5, 1);
        JsonElement named = await Ok("predict", scene, "--base", s_base, "--adapters", file, "--domain", "sat", "--box", "10,10,50,50", "--out", _folder.At("named"));
        Assert.Equal(named.GetProperty("objects").GetRawText(), chosen.GetProperty("objects").GetRawText());
        Assert.Equal("plain", (await Ok("predict", Path.Combine(discs, "images", "p0.png"), "--base", s_base, "--adapters", file, "--box", "10,10,40,40", "--out", _folder.At("disc"))).GetProperty("domain").GetString());

        // With a prompt and without, and where the user chose there is nothing to be sure of.
        JsonElement everything = await Ok(
            "predict", Path.Combine(discs, "images", "p0.png"), "--base", s_base, "--adapters", file, "--auto", "--points-per-side", "2", "--predicted-iou", "0", "--stability", "0.02", "--out", _folder.At("everything"));
        Assert.Equal(("plain", 0.5), (everything.GetProperty("domain").GetString(), everything.GetProperty("confidenceThreshold").GetDouble()));
        Assert.InRange(everything.GetProperty("confidence").GetDouble(), 0.5, 1);
        Assert.False(named.TryGetProperty("confidence", out _) || named.TryGetProperty("confidenceThreshold", out _));

        JsonElement report = await Ok("forgetting", "--base", s_base, "--adapters", file, "--data", $"sat={data}", "--data", $"discs={discs}", "--out", _folder.At("report"));
        JsonElement[] rows = [.. report.GetProperty("rows").EnumerateArray()];
        Assert.Equal(0, rows[0].GetProperty("standIns").GetArrayLength());
        Assert.Equal(["sat"], rows[1].GetProperty("standIns").EnumerateArray().Select(a => a.GetString()!));
        Assert.All(rows, r => Assert.Equal(["base", "plain", "sat"], r.GetProperty("dice").EnumerateObject().Select(p => p.Name)));
        foreach (string adapter in new[] { "sat", "plain" })
        {
            string[] alone = adapter == "sat" ? [data, "--adapter", sat] : [discs, "--adapter", plain];
            JsonElement scores = await Ok(["evaluate", .. alone, "--base", s_base, "--prompts", "box", "--clicks", "0", "--out", _folder.At("alone_" + adapter)]);
            Assert.Equal(scores.GetProperty("dice")[0].GetProperty("dice").GetDouble(), rows[adapter == "sat" ? 0 : 1].GetProperty("dice").GetProperty(adapter).GetDouble(), 1e-9);
        }

        string table = await File.ReadAllTextAsync(_folder.At("report", "forgetting.md"), TestContext.Current.CancellationToken);
        Assert.Contains("\u2020 These pictures lack a band", table, StringComparison.Ordinal);
        Assert.Single(table.Split('\n'), line => line.StartsWith('|') && line.Contains('\u2020', StringComparison.Ordinal));

        string unknown = WriteScene("unknown.tif", 0, ["a", "b", "c", "d", "e"]);
        (await CommandLineRun.Of("predict", unknown, "--base", s_base, "--adapters", file, "--domain", "auto", "--box", "10,10,50,50", "--out", _folder.At("no"))).AssertRefused("unknown.tif", "5 bands", "red, green and blue");
    }

    [Fact]
    public async Task A_domain_of_one_scene_is_recognised_by_its_training_tiles_or_by_parts_of_it()
    {
        string data = Scenes(["B1", "B2", "B3", "B4", "B5", "B7"]), file = DomainFile.Write(_folder, ("sat", new LoraConfig { Rank = 2 }, DomainProfile.Find("satellite")!.Spec with { Scene = new SceneSettings { Bands = Bands } }));
        string tasks = """
            {"image": "images/town0.tif", "pixel_m": 0.3, "bands": ["blue", "green", "red", "nir", "swir1", "swir2"], "tasks": {"roofs": {"mask": "masks/town0.png"}, "yards": {"mask": "masks/town0.png"}},
             "tiles": {"train": [{"row": 0, "col": 0, "size": 40}, {"row": 20, "col": 0, "size": 40}, {"row": 0, "col": 50, "size": 40}], "test": [{"row": 20, "col": 50, "size": 40}]}}
            """;
        await File.WriteAllTextAsync(Path.Combine(data, "tasks.json"), tasks, TestContext.Current.CancellationToken);
        async Task<int> Pictures(string place) => (await Ok("domains", file, "--base", s_base, "--pictures", $"sat={place}")).GetProperty("domains")[0].GetProperty("pictures").GetInt32();
        Assert.Equal(3, await Pictures(data));
        Assert.Equal(4, await Pictures(Path.Combine(data, "images", "town1.tif")));
        JsonElement chosen = await Ok("predict", Path.Combine(data, "images", "town1.tif"), "--base", s_base, "--adapters", file, "--box", "10,10,50,50", "--out", _folder.At("out"));
        Assert.Equal("sat", chosen.GetProperty("domain").GetString());
    }

    private static async Task<JsonElement> Ok(params string[] arguments)
    {
        CommandLineRun run = await CommandLineRun.Of([.. arguments, "--json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Json;
    }

    private async Task<string> Trained(string name, string data, params string[] more) =>
        (await Ok(["train", data, "--base", s_base, "--val-share", "0", "--batch", "1", "--steps", "2", "--lr", "0.01", "--dropout", "0", "--out", _folder.At(name), .. more])).GetProperty("artifact").GetString()!;

    private string Scenes(string[] bandNames)
    {
        Directory.CreateDirectory(_folder.At("scenes", "masks"));
        for (int i = 0; i < 3; i++)
        {
            WriteScene(Path.Combine("scenes", "images", $"town{i}.tif"), i, bandNames);
            byte[] mask = [.. from y in Enumerable.Range(0, 64) from x in Enumerable.Range(0, 100) select IsSquare(x, y) ? (byte)1 : (byte)0];
            ImageWriter.WriteMaskPng(_folder.At("scenes", "masks", $"town{i}.png"), new BinaryMask(new ImageSize(64, 100), mask));
        }

        return _folder.At("scenes");
    }

    private static bool IsSquare(int x, int y) => x % 50 is >= 15 and < 40 && y is >= 15 and < 45;

    // Bright squares on a ground whose bands differ.
    private string WriteScene(string name, int seed, string[] bandNames)
    {
        string path = _folder.At(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        short[] samples =
        [
            .. from y in Enumerable.Range(0, 64) from x in Enumerable.Range(0, 100) from b in Enumerable.Range(0, bandNames.Length)
               select (short)((IsSquare(x, y) ? 900 - (100 * b) : 100 + (50 * b)) + (((x * (7 + seed)) + (y * 13) + (b * 31)) % 90)),
        ];
        GeoTiffWriter.Write(
            path,
            new GeoTiffHeader
            {
                Size = new ImageSize(64, 100),
                BandNames = bandNames,
                StoredAs = SampleKind.Int16,
                GeoKeys = GeoKeys.Of(CoordinateReferenceSystem.FromEpsg(32633)),
                Transform = GeoTransform.NorthUp(500_000, 5_000_000, 0.3, 0.3),
            },
            samples);
        return path;
    }
}
