using System.Text.Json;
using SamTune.Adaptation.Domains;
using SamTune.Adaptation.Lora;
using SamTune.Artifacts;
using SamTune.Data.Domains;
using SamTune.Imaging.Nifti;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

/// <summary>Domains that are recognised by slices of volumes, and by the pictures of every kind of data set.</summary>
public sealed class VolumeDomainsTests : IDisposable
{
    private const int Side = 32, Slices = 10;

    private readonly TemporaryFolder _folder = new();
    private readonly string _file;

    public VolumeDomainsTests() => _file = DomainFile.Write(
        _folder,
        ("ball", new LoraConfig { Rank = 2 }, DomainProfile.Find("mri")!.Spec),
        ("grain", new LoraConfig { Rank = 2 }, null),
        ("aerial", new LoraConfig { Rank = 2 }, DomainProfile.Find("satellite")!.Spec));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_volume_goes_to_the_domain_that_its_slices_look_like_and_to_the_base_below_the_threshold()
    {
        Volume(Path.Combine("balls", "images", "a.nii.gz"), seed: 1, isBall: true, Path.Combine("balls", "labels", "a.nii.gz"));
        Volume(Path.Combine("grains", "a.nii"), seed: 2, isBall: false);
        Volume(Path.Combine("grains", "b.nii.gz"), seed: 3, isBall: false);
        string ball = Volume("ball.nii.gz", seed: 4, isBall: true), grain = Volume("grain.nii.gz", seed: 5, isBall: false);

        // Whatever a scene of bands looks like, its recipe cannot prepare a slice.
        JsonElement fitted = await Ok("domains", _file, "--pictures", $"ball={_folder.At("balls")}", "--pictures", $"grain={_folder.At("grains")}", "--pictures", $"aerial={_folder.At("grains")}", "--base", DomainFile.Base);
        Assert.Equal([("aerial", 20), ("ball", 8), ("grain", 20)], fitted.GetProperty("domains").EnumerateArray().Select(d => (d.GetProperty("name").GetString()!, d.GetProperty("pictures").GetInt32())));
        foreach ((string path, string domain) in new[] { (ball, "ball"), (grain, "grain") })
        {
            JsonElement chosen = await Predict(path);
            Assert.Equal((domain, domain, 0.5), (chosen.GetProperty("domain").GetString(), chosen.GetProperty("nearest").GetString(), chosen.GetProperty("confidenceThreshold").GetDouble()));
            Assert.InRange(chosen.GetProperty("confidence").GetDouble(), 0.5, 1);
            JsonElement named = await Predict(path, "--domain", domain);
            Assert.Equal(named.GetProperty("objects").GetRawText(), chosen.GetProperty("objects").GetRawText());
            Assert.False(named.TryGetProperty("confidence", out _));
            using JsonDocument written = JsonDocument.Parse(await File.ReadAllTextAsync(_folder.At("out", "prediction.json"), TestContext.Current.CancellationToken));
            Assert.Equal(domain, written.RootElement.GetProperty("domain").GetString());
        }

        string before = (await Predict(ball)).GetProperty("objects").GetRawText();
        await Ok("domains", _file, "--threshold", "ball=1");
        JsonElement fallen = await Predict(ball);
        Assert.Equal(("base", "ball", 1.0), (fallen.GetProperty("domain").GetString(), fallen.GetProperty("nearest").GetString(), fallen.GetProperty("confidenceThreshold").GetDouble()));
        Assert.Equal((await Predict(ball, "--domain", "base")).GetProperty("objects").GetRawText(), fallen.GetProperty("objects").GetRawText());
        Assert.NotEqual(before, fallen.GetProperty("objects").GetRawText());
        CommandLineRun told = await CommandLineRun.Of(["predict", .. Prompted(ball), "--axis", "coronal"]);
        Assert.Contains("domain base, nearest ball with confidence 0.", told.Output, StringComparison.Ordinal);
        Assert.Contains(", 1.00 needed", told.Output, StringComparison.Ordinal);

        await Ok("domains", _file, "--remove", "ball", "--remove", "grain");
        (await CommandLineRun.Of(["predict", .. Prompted(ball)])).AssertRefused("ball.nii.gz", "a volume", "--domain");
    }

    [Fact]
    public async Task A_domain_is_recognised_by_the_training_part_of_any_data_set()
    {
        string discs = DiscFolder.Write(_folder, Path.Combine("parted", "train"), 4), parted = _folder.At("parted"), manifest = _folder.At("discs.jsonl");
        DiscFolder.Write(_folder, Path.Combine("parted", "test"), 2);
        await Ok("dataset", "convert", parted, "--out", manifest);
        string beside = _folder.At("beside");
        Directory.CreateDirectory(beside);
        for (int i = 0; i < 4; i++)
        {
            File.Copy(Path.Combine(discs, "images", $"p{i}.png"), Path.Combine(beside, $"p{i}.png"));
            File.Copy(Path.Combine(discs, "masks", $"p{i}.png"), Path.Combine(beside, $"p{i}_mask.png"));
        }

        // The same pictures make the same prototype, wherever they stand.
        IReadOnlyList<float> expected = await Prototype(Path.Combine(discs, "images"), 4);
        foreach (string place in new[] { discs, parted, $"{parted}:train", manifest, $"{manifest}:train", beside, DiscFolder.WriteCoco(discs) })
        {
            Assert.Equal(expected, await Prototype(place, 4));
        }

        Assert.NotEqual(expected, await Prototype($"{parted}:test", 2));
        Assert.NotEqual(expected, await Prototype(Path.Combine(discs, "images", "p0.png"), 4));

        Volume(Path.Combine("tasks", "scan.nii.gz"), seed: 1, isBall: true, Path.Combine("tasks", "labels.nii.gz"));
        string tasks = """
            {"tasks": [
              {"name": "one", "image": "scan.nii.gz", "labels": "labels.nii.gz", "label_values": [1], "slice_axis": 2, "in_plane_shape": [32, 32], "min_mask_px": 1, "splits": {"train": [[2, 4]], "val": [], "test": [[6, 7]]}},
              {"name": "two", "image": "scan.nii.gz", "labels": "labels.nii.gz", "label_values": [1], "slice_axis": 2, "in_plane_shape": [32, 32], "min_mask_px": 1, "splits": {"train": [[4, 5]], "val": [], "test": []}},
              {"name": "three", "image": "scan.nii.gz", "labels": "labels.nii.gz", "label_values": [1], "slice_axis": 0, "in_plane_shape": [32, 10], "min_mask_px": 1, "splits": {"train": [], "val": [], "test": [[12, 20]]}}]}
            """;
        await File.WriteAllTextAsync(_folder.At("tasks", "tasks.json"), tasks, TestContext.Current.CancellationToken);
        await Prototype(_folder.At("tasks"), 4);
        await Prototype(_folder.At("tasks"), 3, "--task", "one");
        await Prototype(_folder.At("tasks") + ":test", 11);
        await Prototype(_folder.At("tasks", "scan.nii.gz"), 8);
        await Prototype(_folder.At("tasks", "scan.nii.gz"), 14, "--axis", "sagittal");

        string[] Fitting(string place, params string[] more) => ["domains", _file, "--pictures", $"ball={place}", "--base", DomainFile.Base, .. more];
        (await CommandLineRun.Of(Fitting(_folder.At("tasks"), "--task", "three"))).AssertRefused("no part 'train'", "tasks:test");
        (await CommandLineRun.Of(Fitting(discs, "--task", "one"))).AssertRefused("no tasks.json");
        (await CommandLineRun.Of(Fitting(Path.Combine(discs, "images"), "--task", "one"))).AssertRefused("no tasks.json");
        (await CommandLineRun.Of(Fitting($"{parted}:val"))).AssertRefused("no part 'val'", "train, test");
        (await CommandLineRun.Of(Fitting(_folder.At("nowhere")))).AssertRefused("nowhere");
        (await CommandLineRun.Of("domains", _file, "--axis", "axial")).AssertRefused("--axis", "--pictures");
    }

    private static async Task<JsonElement> Ok(params string[] arguments)
    {
        CommandLineRun run = await CommandLineRun.Of([.. arguments, "--json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Json;
    }

    private async Task<IReadOnlyList<float>> Prototype(string place, int pictures, params string[] more)
    {
        await Ok(["domains", _file, "--pictures", $"ball={place}", "--base", DomainFile.Base, .. more]);
        DomainPrototype prototype = AdapterSetFile.Read(_file).Domains["ball"].Prototype!;
        Assert.True(prototype.Pictures == pictures, $"{place}: {prototype.Pictures} pictures");
        return prototype.Features;
    }

    private string[] Prompted(string volume) => [volume, "--base", DomainFile.Base, "--adapters", _file, "--box", "8,8,22,22", "--slice", "4", "--stop-iou", "-1", "--out", _folder.At("out")];

    private Task<JsonElement> Predict(string volume, params string[] more) => Ok(["predict", .. Prompted(volume), .. more]);

    /// <summary>A bright ball in air, the outer slices empty; or grains everywhere.</summary>
    private string Volume(string name, int seed, bool isBall, string? labelName = null)
    {
        var grid = new VolumeGeometry(new VolumeSize(Side, Side, Slices), Affine.FromSpacing(1, 1, 2));
        var random = new Random(seed);
        var values = new float[grid.Size.VoxelCount];
        var ball = new byte[values.Length];
        for (int v = 0; v < values.Length; v++)
        {
            double x = (v % Side) - 15.5, y = (v / Side % Side) - 15.5, z = ((v / Side / Side) - 4.5) * 2;
            ball[v] = (x * x) + (y * y) + (z * z) < 64 ? (byte)1 : (byte)0;
            values[v] = isBall ? (ball[v] * (700 + random.Next(200))) + random.Next(10) : random.Next(900);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(name))!);
        NiftiWriter.WriteValues(_folder.At(name), grid, values);
        if (labelName != null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(labelName))!);
            NiftiWriter.WriteLabels(_folder.At(labelName), grid, ball);
        }

        return _folder.At(name);
    }
}
