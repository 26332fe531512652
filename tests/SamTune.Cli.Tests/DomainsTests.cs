using System.Text.Json;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Bands;
using SamTune.Adaptation.Lora;
using SamTune.Artifacts;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed class DomainsTests
{
    private static readonly string s_base = DomainFile.Base;

    [Fact]
    public async Task Domains_are_collected_recognised_predicted_and_merged()
    {
        using var folder = new TemporaryFolder();
        string file = Collect(folder), scan = Pictures(folder, "scan", bright: false), field = Pictures(folder, "field", bright: true);
        CommandLineRun fit = await CommandLineRun.Of("domains", file, "--pictures", $"mri={scan}", "--pictures", $"aerial={field}", "--threshold", "aerial=0.4", "--base", s_base, "--device", "cpu", "--json");
        Assert.True(fit.ExitCode == 0, fit.Error);
        Assert.Equal([("aerial", 6, 0.4), ("ct", 0, 0.5), ("mri", 6, 0.5)], fit.Json.GetProperty("domains").EnumerateArray()
            .Select(d => (d.GetProperty("name").GetString()!, d.GetProperty("pictures").GetInt32(), d.GetProperty("threshold").GetDouble())));
        Assert.Contains("mri.safetensors", (await CommandLineRun.Of("domains", file)).Output, StringComparison.Ordinal);

        foreach ((string pictures, string domain) in new[] { (scan, "mri"), (field, "aerial") })
        {
            JsonElement chosen = await Predict(folder, file, Path.Combine(pictures, "p0.png"), null);
            Assert.Equal(domain, chosen.GetProperty("domain").GetString());
            Assert.InRange(chosen.GetProperty("confidence").GetDouble(), 0.5, 1);
            Assert.Equal(Masks(chosen), Masks(await Predict(folder, file, Path.Combine(pictures, "p0.png"), domain)));
            Assert.Equal(Masks(chosen), Masks(await Predict(folder, folder.At($"{domain}.safetensors"), Path.Combine(pictures, "p0.png"), null, "--adapter")));
        }

        string picture = Path.Combine(scan, "p1.png");
        JsonElement mixed = await Predict(folder, file, picture, "mri:0.7+ct:0.3");
        Assert.Equal("mri:0.7+ct:0.3", mixed.GetProperty("domain").GetString());
        Assert.False(mixed.TryGetProperty("confidence", out _));
        JsonElement alone = await Predict(folder, file, picture, "base");
        Assert.NotEqual(Masks(mixed), Masks(alone));

        CommandLineRun merge = await CommandLineRun.Of("merge", "--base", s_base, "--adapters", file, "--domain", "mri:0.7+ct:0.3", folder.At("merged.safetensors"));
        Assert.True(merge.ExitCode == 0, merge.Error);
        CommandLineRun sum = await CommandLineRun.Of(
            "merge", "--base", s_base, "--adapter", folder.At("mri.safetensors"), "--adapter", folder.At("ct.safetensors"), "--weights", "0.7,0.3", "--as-adapter", folder.At("sum.safetensors"));
        Assert.True(sum.ExitCode == 0, sum.Error);
        Assert.Equal(5, Assert.IsType<LoraConfig>(ArtifactFile.ReadManifest(folder.At("sum.safetensors")).Method).Rank);
        Assert.Equal(Masks(mixed), Masks(await Predict(folder, folder.At("sum.safetensors"), picture, null, "--adapter")));
        CommandLineRun whole = await CommandLineRun.Of("predict", picture, "--base", folder.At("merged.safetensors"), "--box", "10,10,40,40", "--out", folder.At("whole"), "--json");
        double expected = mixed.GetProperty("masks")[0].GetProperty("predictedIou").GetDouble(), merged = whole.Json.GetProperty("masks")[0].GetProperty("predictedIou").GetDouble();
        Assert.Equal(expected, merged, 1e-3);
        Assert.NotEqual(expected, alone.GetProperty("masks")[0].GetProperty("predictedIou").GetDouble(), 1e-2);
    }

    [Fact]
    public async Task What_cannot_be_chosen_collected_or_merged_is_refused()
    {
        using var folder = new TemporaryFolder();
        string file = Collect(folder), scan = Pictures(folder, "scan", bright: false), picture = Path.Combine(scan, "p0.png"), before = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        string[] Predicting(string domain) => ["predict", picture, "--base", s_base, "--adapters", file, "--domain", domain, "--box", "1,1,9,9", "--out", folder.At("out")];
        (await CommandLineRun.Of(Predicting("xray"))).AssertRefused("'xray'", "aerial, ct, mri");
        (await CommandLineRun.Of(Predicting("auto"))).AssertRefused("no domain of the set has a prototype");
        (await CommandLineRun.Of(Predicting("mri+aerial"))).AssertRefused("only LoRA can be composed");
        (await CommandLineRun.Of(Predicting("mri:x"))).AssertRefused("'mri:x'");
        (await CommandLineRun.Of([.. Predicting("mri"), "--adapter", folder.At("mri.safetensors")])).AssertRefused("--adapters", "one of the two");
        (await CommandLineRun.Of("predict", picture, "--base", s_base, "--domain", "mri", "--out", folder.At("out"))).AssertRefused("--domain", "--adapters");
        Assert.False(Directory.Exists(folder.At("out")));

        (await CommandLineRun.Of("domains", folder.At("none.json"))).AssertRefused("none.json");
        (await CommandLineRun.Of("domains", file, "--pictures", $"mri={scan}", "--base", s_base, "--device", "gpu")).AssertRefused("--device: 'gpu' is unknown");
        (await CommandLineRun.Of("domains", file, "--add", "nothing")).AssertRefused("--add", "NAME=VALUE");
        (await CommandLineRun.Of("domains", file, "--add", $"auto={folder.At("mri.safetensors")}")).AssertRefused("'auto'");
        (await CommandLineRun.Of("domains", file, "--add", $"mri={s_base}")).AssertRefused("is no artifact");
        (await CommandLineRun.Of("domains", file, "--pictures", $"mri={scan}")).AssertRefused("--base");
        (await CommandLineRun.Of("domains", file, "--pictures", $"xray={scan}", "--base", s_base)).AssertRefused("'xray'");
        (await CommandLineRun.Of("domains", file, "--remove", "xray")).AssertRefused("'xray'");
        Assert.Equal(before, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));

        string target = folder.At("m.safetensors"), mri = folder.At("mri.safetensors");
        (await CommandLineRun.Of("merge", "--base", s_base, target)).AssertRefused("--adapter");
        (await CommandLineRun.Of("merge", "--base", s_base, "--adapter", mri, "--adapter", folder.At("aerial.safetensors"), target)).AssertRefused("aerial.safetensors", "only LoRA can be composed");
        (await CommandLineRun.Of("merge", "--base", s_base, "--adapter", mri, "--weights", "1,2", target)).AssertRefused("--weights");
        (await CommandLineRun.Of("merge", "--base", s_base, "--adapter", folder.At("nir.safetensors"), target)).AssertRefused("extra bands", "cannot be merged");
        (await CommandLineRun.Of("merge", "--base", s_base, "--adapter", mri, "--as-adapter", folder.At("m.pth"))).AssertRefused(".pth");
        Assert.False(File.Exists(target));

        CommandLineRun removed = await CommandLineRun.Of("domains", file, "--remove", "ct", "--json");
        Assert.Equal(["aerial", "mri"], removed.Json.GetProperty("domains").EnumerateArray().Select(d => d.GetProperty("name").GetString()!));
    }

    [Fact]
    public async Task Every_adapter_is_measured_on_the_data_of_every_domain_beside_the_base()
    {
        using var folder = new TemporaryFolder();
        string file = Collect(folder), first = DiscFolder.Write(folder, "mri_test", 2), second = DiscFolder.Write(folder, "other_test", 3);
        CommandLineRun run = await CommandLineRun.Of(
            "forgetting", "--base", s_base, "--adapters", file, "--data", $"mri={first}", "--data", $"other={second}", "--out", folder.At("report"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        JsonElement[] rows = [.. run.Json.GetProperty("rows").EnumerateArray()];
        Assert.Equal([("mri", 2), ("other", 3)], rows.Select(r => (r.GetProperty("data").GetString()!, r.GetProperty("pictures").GetInt32())));
        Assert.All(rows, r => Assert.Equal(["base", "aerial", "ct", "mri"], r.GetProperty("dice").EnumerateObject().Select(p => p.Name)));
        double Dice(int row, string adapter) => rows[row].GetProperty("dice").GetProperty(adapter).GetDouble();
        Assert.Equal(Dice(1, "mri") - Dice(1, "base"), run.Json.GetProperty("elsewhere").GetProperty("mri").GetDouble(), 1e-9);
        Assert.Equal((Dice(0, "ct") - Dice(0, "base") + Dice(1, "ct") - Dice(1, "base")) / 2, run.Json.GetProperty("elsewhere").GetProperty("ct").GetDouble(), 1e-9);
        CommandLineRun alone = await CommandLineRun.Of(
            "evaluate", second, "--base", s_base, "--adapter", folder.At("mri.safetensors"), "--prompts", "box", "--clicks", "0", "--out", folder.At("alone"), "--json");
        Assert.Equal(alone.Json.GetProperty("dice")[0].GetProperty("dice").GetDouble(), Dice(1, "mri"), 1e-9);
        Assert.False(run.Json.TryGetProperty("scenesAreOwn", out _));
        CommandLineRun withScenes = await CommandLineRun.Of(
            "forgetting", "--base", s_base, "--adapters", file, "--data", $"mri={first}", "--scenes", "2", "--out", folder.At("scenes"), "--json");
        Assert.Equal(("synthetic-scenes", 2), (withScenes.Json.GetProperty("rows")[1].GetProperty("data").GetString(), withScenes.Json.GetProperty("rows")[1].GetProperty("pictures").GetInt32()));
        Assert.False(withScenes.Json.GetProperty("scenesAreOwn").GetBoolean());
        Assert.False(withScenes.Json.GetProperty("elsewhere").TryGetProperty("mri", out JsonElement elsewhere) && elsewhere.ValueKind != JsonValueKind.Null);
        (await CommandLineRun.Of("forgetting", "--base", s_base, "--adapters", file, "--data", $"mri={first}", "--scenes", "-1", "--out", folder.At("none"))).AssertRefused("--scenes", "-1");
        JsonElement[] own = [.. (await CommandLineRun.Of(
            "forgetting", "--base", s_base, "--adapters", file, "--data", $"mri={first}", "--data", $"base={second}", "--out", folder.At("own"), "--json")).Json.GetProperty("rows").EnumerateArray()];
        Assert.Equal(("base", Dice(1, "ct")), (own[1].GetProperty("data").GetString(), own[1].GetProperty("dice").GetProperty("ct").GetDouble()));
        string ownTable = await File.ReadAllTextAsync(folder.At("own", "forgetting.md"), TestContext.Current.CancellationToken);
        Assert.Contains("forgot of the base's own task", ownTable, StringComparison.Ordinal);
        Assert.Contains("| *other domains* |  |  | ", ownTable, StringComparison.Ordinal);
        Assert.EndsWith(" | - |", Assert.Single(ownTable.Split('\n'), l => l.StartsWith("| *other domains*", StringComparison.Ordinal)), StringComparison.Ordinal);
        string table = await File.ReadAllTextAsync(folder.At("report", "forgetting.md"), TestContext.Current.CancellationToken);
        Assert.Contains("--data base=DATA", table, StringComparison.Ordinal);
        Assert.Contains("| data | pictures | base | aerial | ct | mri |", table, StringComparison.Ordinal);
        (await CommandLineRun.Of("forgetting", "--base", s_base, "--adapters", file, "--data", first, "--out", folder.At("none"))).AssertRefused("--data", "NAME=DIR");
    }

    [Fact]
    public async Task An_adapter_on_the_output_trains_with_the_encoder_frozen_as_a_whole()
    {
        using var folder = new TemporaryFolder();
        string data = DiscFolder.Write(folder);
        CommandLineRun train = await CommandLineRun.Of(
            "train", data, "--base", s_base, "--method", "adapters", "--output-adapter", "--blocks", "none", "--bottleneck", "8", "--steps", "4", "--validate-every", "2", "--out", folder.At("run"), "--json");
        Assert.True(train.ExitCode == 0, train.Error);
        Assert.Equal(new AdapterConfig { Bottleneck = 8 }.ParametersPerBlock(32), train.Json.GetProperty("trainedParameters").GetInt64());
        var config = Assert.IsType<AdapterConfig>(ArtifactFile.ReadManifest(folder.At("run", "adapter.safetensors")).Method);
        Assert.True(config.Output);
        Assert.Empty(config.Blocks!);
        (await CommandLineRun.Of("train", data, "--base", s_base, "--output-adapter", "--out", folder.At("other"))).AssertRefused("--output-adapter", "adapters");
    }

    private static async Task<JsonElement> Predict(TemporaryFolder folder, string file, string picture, string? domain, string flag = "--adapters")
    {
        CommandLineRun run = await CommandLineRun.Of(
            ["predict", picture, "--base", s_base, flag, file, .. domain != null ? ["--domain", domain] : Array.Empty<string>(), "--box", "10,10,40,40", "--out", folder.At("found"), "--json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Json;
    }

    private static string Masks(JsonElement prediction) => prediction.GetProperty("masks").GetRawText();

    /// <summary>Artifacts of three domains and a file that names them; and an artifact with an extra band that no file names.</summary>
    private static string Collect(TemporaryFolder folder)
    {
        DomainFile.WriteArtifacts(folder, ("nir", new LoraConfig { Rank = 2, ExtraBands = new ExtraBands { Means = [0], Deviations = [1] } }, null));
        return DomainFile.Write(
            folder,
            ("mri", new LoraConfig { Rank = 2 }, null),
            ("ct", new LoraConfig { Rank = 3, Targets = ["encoder.v", "decoder.q"] }, null),
            ("aerial", new AdapterConfig { Bottleneck = 4, Output = true }, null));
    }

    private static string Pictures(TemporaryFolder folder, string name, bool bright)
    {
        Directory.CreateDirectory(folder.At(name));
        for (int seed = 0; seed < 6; seed++)
        {
            var random = new Random(seed);
            var pixels = new byte[60 * 60 * 3];
            for (int i = 0; i < pixels.Length; i++)
            {
                int x = i / 3 % 60 - 20 - 3 * seed, y = i / 180 - 30;
                bool isDisc = x * x + y * y < 200;
                pixels[i] = (byte)(bright ? 120 + 40 * (i % 3) + random.Next(40) : isDisc ? 180 + random.Next(40) : random.Next(10));
            }

            ImageWriter.WriteRgbPng(folder.At(name, $"p{seed}.png"), new RgbImage(new ImageSize(60, 60), pixels));
        }

        return folder.At(name);
    }
}
