using System.CommandLine;
using System.Text.Json;
using SamTune.Cli.DomainTable;
using SamTune.Cli.Running;
using SamTune.Data.Datasets;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Maps;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

/// <summary>What commands say about a data set before they use it.</summary>
public sealed class DatasetWarningsTests : IDisposable
{
    private const string TooCoarse = "is the target resolution of this imagery";

    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Coarse_imagery_is_told_whatever_else_there_is_to_tell()
    {
        string scenes = Scenes(metres: 28.5);
        string[] train = ["train", scenes, "--base", s_base, "--profile", "satellite", "--scene-tile", "16", "--method", "prompt", "--steps", "1", "--input-size", "64"];

        string held = await Error([.. train, "--out", _folder.At("held")]);
        Assert.Contains("warning: data: one group only", held, StringComparison.Ordinal);
        Assert.Contains(TooCoarse, held, StringComparison.Ordinal);
        Assert.Single(held.Split('\n'), line => line.Contains(TooCoarse, StringComparison.Ordinal));
        Assert.Contains(TooCoarse, await Error([.. train, "--val", scenes, "--out", _folder.At("val")]), StringComparison.Ordinal);

        Directory.CreateDirectory(_folder.At("parts"));
        Directory.Move(scenes, _folder.At("parts", "train"));
        Directory.Move(Scenes(metres: 28.5), _folder.At("parts", "val"));
        string[] parts = [.. train.Select(word => word == scenes ? _folder.At("parts") : word)];
        string both = await Error([.. parts, "--out", _folder.At("both")]);
        Assert.Contains("is of what is trained on too (town)", both, StringComparison.Ordinal);
        Assert.Contains(TooCoarse, both, StringComparison.Ordinal);

        // The adapter's recipe has the resolution that its scenes have; the base's has what the profile says.
        string[] evaluate = ["evaluate", _folder.At("parts", "val"), "--base", s_base, "--prompts", "box", "--clicks", "0", "--out", _folder.At("report")];
        Assert.DoesNotContain(TooCoarse, await Error([.. evaluate, "--adapter", _folder.At("both", "adapter.safetensors")]), StringComparison.Ordinal);
        Assert.Contains(TooCoarse, await Error([.. evaluate, "--profile", "satellite"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pattern_keeps_the_pictures_of_a_patient_together()
    {
        string data = DiscFolder.Write(_folder, count: 14);

        CommandLineRun check = await CommandLineRun.Of("dataset", "check", data, "--group-pattern", "^p", "--json");
        Assert.Equal(1, check.Json.GetProperty("parts")[0].GetProperty("groups").GetInt32());
        string[] train = ["train", data, "--base", s_base, "--method", "prompt", "--steps", "1"];
        Assert.Contains("one group only ('p')", await Error([.. train, "--group-pattern", "^p", "--out", _folder.At("one")]), StringComparison.Ordinal);
        // p1 and p10 to p13 are one patient.
        Assert.DoesNotContain("group", await Error([.. train, "--group-pattern", @"^p\d", "--out", _folder.At("ten")]), StringComparison.Ordinal);
        (await CommandLineRun.Of([.. train, "--group-pattern", "^q", "--out", _folder.At("none")])).AssertRefused("'^q' does not match 'p0'");
        (await CommandLineRun.Of([.. train, "--group-pattern", "(", "--out", _folder.At("none")])).AssertRefused("'('", "no regular expression");
        (await CommandLineRun.Of("dataset", "check", RepositoryFiles.Mri(""), "--group-pattern", "^p")).AssertRefused("tasks.json", "^p");
        string command = (await CommandLineRun.Of("advise", data, "--base", s_base, "--group-pattern", @"^p\d", "--json")).Json.GetProperty("command").GetString()!;
        Assert.Contains(@" --group-pattern '^p\d' ", command, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_of_domains_holds_out_the_patients_that_its_pattern_finds()
    {
        DiscFolder.Write(_folder, count: 14);
        var plan = new DomainPlan { Data = "discs", Truth = "drawn", Method = "prompt", GroupPattern = @"^p\d" };
        ParseResult none = new Command("none").Parse([]);

        DomainParts parts = new DomainDataOpening(new DatasetOpening(), new CommandSettings(none, config: null), _folder.FullPath, seed: 1).Open("discs", plan, fixedSpec: null).Prepared;

        Assert.Equal(10, parts.Train.Samples.Concat(parts.Validation.Samples).Concat(parts.Test.Samples).Select(s => s.Group).Distinct().Count());
        Assert.Empty(Splits.SharedGroups(parts.Train, parts.Validation, parts.Test));
    }

    [Fact]
    public async Task Advice_without_a_base_names_one_that_can_be_pulled()
    {
        JsonElement advice = (await CommandLineRun.Of("advise", DiscFolder.Write(_folder), "--json")).Json;
        string[] words = [.. advice.GetProperty("command").GetString()!.Split(' ').Skip(1)];

        Assert.Equal(["--base", "vit_b"], words.SkipWhile(w => w != "--base").Take(2));
        bool isThere = BaseName.IsThere("vit_b");
        Assert.Equal(isThere ? null : "samtune pull vit_b", advice.TryGetProperty("pull", out JsonElement pull) ? pull.GetString() : null);
        if (!isThere)
            (await CommandLineRun.Of([.. words.TakeWhile(w => w != "--out"), "--out", _folder.At("run")])).AssertRefused("run: samtune pull vit_b");
        Assert.False((await CommandLineRun.Of("advise", _folder.At("discs"), "--base", s_base, "--json")).Json.TryGetProperty("pull", out _));
    }

    [Theory]
    [InlineData("a/b.jsonl:train", "a/b.jsonl:train")]
    [InlineData("my cells/", "'my cells/'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData("", "''")]
    public void Words_of_a_printed_command_are_what_a_shell_takes_for_one(string word, string printed)
    {
        if (!OperatingSystem.IsWindows())
            Assert.Equal(printed, Words.Quoted(word));
    }

    private static async Task<string> Error(params string[] arguments)
    {
        CommandLineRun run = await CommandLineRun.Of(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Error;
    }

    // Bright squares on dark ground.
    private string Scenes(double metres)
    {
        var size = new ImageSize(64, 64);
        Directory.CreateDirectory(_folder.At("data", "images"));
        Directory.CreateDirectory(_folder.At("data", "masks"));
        static bool IsSquare(int i) => i % 64 % 16 > 5 && i / 64 % 16 > 7;
        var header = new GeoTiffHeader
        {
            Size = size,
            BandNames = ["red", "green", "blue"],
            StoredAs = SampleKind.Int16,
            GeoKeys = GeoKeys.Of(CoordinateReferenceSystem.FromEpsg(32633)),
            Transform = GeoTransform.NorthUp(500_000, 5_000_000, metres, metres),
        };
        GeoTiffWriter.Write(_folder.At("data", "images", "town.tif"), header, [.. Enumerable.Range(0, 3 * 64 * 64).Select(i => (short)((IsSquare(i / 3) ? 900 : 100) + (i % 17)))]);
        ImageWriter.WriteMaskPng(_folder.At("data", "masks", "town.png"), new BinaryMask(size, [.. Enumerable.Range(0, 64 * 64).Select(i => IsSquare(i) ? (byte)1 : (byte)0)]));
        return _folder.At("data");
    }
}
