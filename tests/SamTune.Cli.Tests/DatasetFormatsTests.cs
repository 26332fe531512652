using System.Globalization;
using SamTune.Data.Datasets;
using SamTune.Data.Manifests;
using SamTune.Imaging;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

/// <summary>The same pictures and masks in every layout that a command takes.</summary>
public sealed class DatasetFormatsTests : IDisposable
{
    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");

    private readonly TemporaryFolder _folder = new();
    private readonly string _data;

    public DatasetFormatsTests() => _data = DiscFolder.Write(_folder, count: 3);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Scores_are_the_same_in_every_layout()
    {
        string expected = await Dice(_data);

        Assert.Equal(expected, await Dice(DiscFolder.WriteCoco(_data)));
        Assert.Equal(expected, await Dice($"{Manifest()}:test"));
        Assert.Equal(expected, await Dice($"{Voc()}:val"));
    }

    [Fact]
    public async Task The_part_for_the_purpose_is_taken_and_others_are_asked_for_by_name()
    {
        string path = Manifest(), voc = Voc();

        Assert.Equal(await Dice(path + ":test"), await Dice(path));
        (await Evaluate(voc)).AssertRefused(voc, "'test'", "train, val", ":train");
        (await Evaluate(path + ":val")).AssertRefused(path, "'val'", "other, test");
        (await Evaluate(_data + ":val")).AssertRefused(_data, "no part 'val'");
        (await Evaluate(_folder.At("none.json"))).AssertRefused("none.json");
    }

    [Fact]
    public async Task Every_command_about_data_sets_takes_every_layout()
    {
        foreach (string data in new[] { _data, DiscFolder.WriteCoco(_data), Manifest(), Voc() })
        {
            CommandLineRun check = await CommandLineRun.Of("dataset", "check", data, "--base", s_base, "--json");
            Assert.True(check.Json.GetProperty("parts").EnumerateArray().Sum(p => p.GetProperty("pictures").GetInt32()) >= 3, check.Output);
            CommandLineRun preview = await CommandLineRun.Of("dataset", "preview", data, "--out", _folder.At("sheet.png"), "--input-size", "64");
            Assert.True(preview.ExitCode == 0, preview.Error);
        }

        foreach (string data in new[] { _data, DiscFolder.WriteCoco(_data), $"{_folder.At("discs", "data.jsonl")}:test", $"{_folder.At("voc")}:val" })
        {
            CommandLineRun advise = await CommandLineRun.Of("advise", data, "--base", s_base, "--json");
            Assert.True(advise.ExitCode == 0, advise.Error);
            Assert.Contains($"samtune train {data}", advise.Json.GetProperty("command").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_converted_data_set_scores_the_same_and_needs_its_source_no_more_from_a_folder()
    {
        string expected = await Dice(_data), file = _folder.At("discs.jsonl"), own = _folder.At("own");

        CommandLineRun named = await CommandLineRun.Of("dataset", "convert", DiscFolder.WriteCoco(_data), "--out", file, "--json");
        CommandLineRun stored = await CommandLineRun.Of("dataset", "convert", _data, "--out", own);

        Assert.True(named.ExitCode == 0, named.Error);
        Assert.Equal((3, "disc"), (named.Json.GetProperty("parts")[0].GetProperty("pictures").GetInt32(), named.Json.GetProperty("classes")[0].GetString()));
        Assert.True(stored.ExitCode == 0, stored.Error);
        Assert.Equal(expected, await Dice(file));
        (await CommandLineRun.Of("dataset", "convert", _data, "--out", file)).AssertRefused(file, "is there already");
        Directory.Delete(_data, recursive: true);
        Assert.Equal(expected, await Dice(Path.Combine(own, "data.jsonl")));
        (await CommandLineRun.Of("dataset", "convert", _data, "--out", _folder.At("none.jsonl"))).AssertRefused(_data, "no such folder");
        Assert.False(File.Exists(_folder.At("none.jsonl")));
    }

    [Fact]
    public async Task Pictures_that_a_recipe_made_are_used_with_that_recipe_only()
    {
        string stored = _folder.At("stored"), manifest = Path.Combine(stored, "data.jsonl"), adapter = _folder.At("run", "adapter.safetensors");
        CommandLineRun convert = await CommandLineRun.Of("dataset", "convert", _data, "--window", "10,180", "--out", stored);
        Assert.True(convert.ExitCode == 0, convert.Error);
        string[] train = ["train", manifest, "--base", s_base, "--method", "prompt", "--steps", "1"];
        (await CommandLineRun.Of([.. train, "--profile", "thermal", "--out", _folder.At("run")])).AssertRefused(manifest, "window 10 to 180", "thermal (percentile");
        CommandLineRun run = await CommandLineRun.Of([.. train, "--val-share", "0", "--out", _folder.At("run")]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("\"windowHigh\": 180", await File.ReadAllTextAsync(_folder.At("run", "adapter.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        string brighter = _folder.At("brighter");
        Assert.Equal(0, (await CommandLineRun.Of("dataset", "convert", _data, "--window", "0,90", "--out", brighter)).ExitCode);
        string[] evaluate = ["--base", s_base, "--adapter", adapter, "--prompts", "box", "--clicks", "0", "--out", _folder.At("report")];
        (await CommandLineRun.Of(["evaluate", Path.Combine(brighter, "data.jsonl"), .. evaluate])).AssertRefused("data.jsonl", "window 0 to 90", "window 10 to 180");
        CommandLineRun same = await CommandLineRun.Of(["evaluate", manifest, .. evaluate]);
        Assert.True(same.ExitCode == 0, same.Error);
    }

    private async Task<CommandLineRun> Evaluate(string data)
        => await CommandLineRun.Of("evaluate", data, "--base", s_base, "--prompts", "box", "--out", _folder.At("report", Path.GetRandomFileName()), "--json");

    private async Task<string> Dice(string data)
    {
        CommandLineRun run = await Evaluate(data);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(3, run.Json.GetProperty("pictures").GetInt32());
        return run.Json.GetProperty("dice")[0].GetProperty("dice").GetDouble().ToString("R", CultureInfo.InvariantCulture);
    }

    private string Manifest()
    {
        ImageFolderDataset data = ImageFolderDataset.Open(_data), other = ImageFolderDataset.Open(DiscFolder.Write(_folder, "more", count: 1));
        string path = Path.Combine(_data, "data.jsonl");
        if (File.Exists(path))
            return path;
        ManifestWriter.Write(path, "discs", [new ManifestPart(data, "test"), new ManifestPart(new ConcatDataset([other], "all"), "other")]);
        return path;
    }

    private string Voc()
    {
        string root = _folder.At("voc");
        if (Directory.Exists(root))
            return root;
        foreach ((string from, string to) in new[] { ("images", "JPEGImages"), ("masks", "SegmentationClass") })
        {
            Directory.CreateDirectory(Path.Combine(root, to));
            foreach (string file in Directory.GetFiles(Path.Combine(_data, from)))
                File.Copy(file, Path.Combine(root, to, Path.GetFileName(file)));
        }

        // Void is 255, which is what these masks have on the disc; VOC's classes are small numbers.
        foreach (string file in Directory.GetFiles(Path.Combine(root, "SegmentationClass")))
        {
            LabelMap labels = SamTune.Imaging.Codecs.LabelReader.Read(file);
            SamTune.Imaging.Codecs.ImageWriter.WriteLabelPng16(file, new LabelMap(labels.Size, [.. labels.Labels.Select(l => l == 0 ? 0 : 1)]));
        }

        Directory.CreateDirectory(Path.Combine(root, "ImageSets", "Segmentation"));
        File.WriteAllLines(Path.Combine(root, "ImageSets", "Segmentation", "val.txt"), ["p0", "p1", "p2"]);
        File.WriteAllLines(Path.Combine(root, "ImageSets", "Segmentation", "train.txt"), ["p0"]);
        return root;
    }
}
