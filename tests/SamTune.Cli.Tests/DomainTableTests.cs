using System.Text.Json;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed class DomainTableTests
{
    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");

    private const string Plan =
        """
        steps: 4
        batch: 2
        scenes: 2
        domains:
          discs: {data: discs, test: discs_test, truth: drawn by the test, mostTrain: 4}
          stripes:
            data: stripes.png
            masks: stripes_mask.png
            truth: derived from the stripes
            method: output-adapter
            squares: {side: 24, stride: 12, train: [0, 0, 36, 96], validation: [36, 0, 60, 96], test: [64, 0, 96, 96]}

        """;

    [Fact]
    public async Task Every_adapter_is_measured_on_every_domain_and_on_the_scenes_beside_the_base_the_filled_box_and_the_router()
    {
        using var folder = new TemporaryFolder();
        string plan = Prepare(folder, Plan);
        CommandLineRun run = await CommandLineRun.Of("domain-table", plan, "--base", s_base, "--device", "cpu", "--out", folder.At("out"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.True(run.Json.GetProperty("baseUnchanged").GetBoolean());
        Assert.InRange(run.Json.GetProperty("mixedBatchDifference").GetDouble(), 0, 1e-5);
        JsonElement[] rows = [.. run.Json.GetProperty("rows").EnumerateArray()], routing = [.. run.Json.GetProperty("routing").EnumerateArray()];
        Assert.Equal(["discs", "stripes", "synthetic-scenes"], rows.Select(r => r.GetProperty("data").GetString()!));
        Assert.Equal([2, 2], [rows[0].GetProperty("pictures").GetInt32(), rows[2].GetProperty("pictures").GetInt32()]);
        foreach (JsonElement row in rows)
        {
            Assert.InRange(row.GetProperty("filledBox").GetDouble(), 0.2, 1);
            foreach (string prompt in new[] { "box", "point" })
            {
                Assert.Equal(["base", "discs", "stripes", "auto"], row.GetProperty(prompt).EnumerateObject().Select(p => p.Name));
                Assert.All(row.GetProperty(prompt).EnumerateObject(), p => Assert.InRange(p.Value.GetDouble(), 0, 1));
            }
        }

        // The figures are those of the commands that measure one adapter on one data set.
        CommandLineRun alone = await CommandLineRun.Of(
            "evaluate", folder.At("discs_test"), "--base", s_base, "--adapter", folder.At("out", "discs", "adapter.safetensors"), "--prompts", "box", "--clicks", "0", "--out", folder.At("alone"), "--json");
        Assert.Equal(alone.Json.GetProperty("dice")[0].GetProperty("dice").GetDouble(), rows[0].GetProperty("box").GetProperty("discs").GetDouble(), 1e-9);
        Assert.Equal(alone.Json.GetProperty("dice")[0].GetProperty("base").GetDouble(), rows[0].GetProperty("box").GetProperty("base").GetDouble(), 1e-9);
        CommandLineRun forgetting = await CommandLineRun.Of(
            "forgetting", "--base", s_base, "--adapters", folder.At("out", "domains.json"), "--data", $"discs={folder.At("discs_test")}", "--scenes", "2", "--out", folder.At("forgetting"), "--json");
        JsonElement scenes = forgetting.Json.GetProperty("rows")[1];
        Assert.Equal("synthetic-scenes", scenes.GetProperty("data").GetString());
        Assert.Equal(scenes.GetProperty("dice").GetProperty("stripes").GetDouble(), rows[2].GetProperty("box").GetProperty("stripes").GetDouble(), 1e-9);

        Assert.All(routing, r => Assert.InRange(r.GetProperty("right").GetDouble() + (r.TryGetProperty("nearest", out _) ? r.GetProperty("base").GetDouble() : 0), 0, 1));
        Assert.Equal(routing[2].GetProperty("base").GetDouble(), routing[2].GetProperty("right").GetDouble());
        Assert.False(routing[2].TryGetProperty("nearest", out _));
        string table = await File.ReadAllTextAsync(folder.At("out", "table.md"), TestContext.Current.CancellationToken);
        Assert.Contains("| data | pictures | objects | box filled | base (zero-shot) | discs | stripes | auto |", table, StringComparison.Ordinal);
        Assert.Contains("derived from the stripes", table, StringComparison.Ordinal);

        // What is trained is not trained again, and the figures stay.
        CommandLineRun again = await CommandLineRun.Of("domain-table", plan, "--base", s_base, "--out", folder.At("out"), "--json");
        Assert.Equal(run.Json.GetProperty("rows").GetRawText(), again.Json.GetProperty("rows").GetRawText());
        Assert.DoesNotContain("step 3/4", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trained_adapter_is_taken_and_a_picture_goes_to_the_domain_that_it_looks_like()
    {
        using var folder = new TemporaryFolder();
        string first = Prepare(folder, Plan);
        CommandLineRun trained = await CommandLineRun.Of("domain-table", first, "--base", s_base, "--steps", "1", "--out", folder.At("first"), "--json");
        Assert.True(trained.ExitCode == 0, trained.Error);
        string second = Prepare(folder, Plan.Replace("mostTrain: 4", "adapter: first/discs/adapter.safetensors", StringComparison.Ordinal).Replace("scenes: 2", "scenes: 0", StringComparison.Ordinal));
        CommandLineRun run = await CommandLineRun.Of("domain-table", second, "--base", s_base, "--steps", "1", "--out", folder.At("second"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.False(Directory.Exists(folder.At("second", "discs")));
        Assert.Equal(
            trained.Json.GetProperty("rows")[0].GetProperty("box").GetProperty("discs").GetDouble(), run.Json.GetProperty("rows")[0].GetProperty("box").GetProperty("discs").GetDouble(), 1e-9);
        Assert.Equal(2, run.Json.GetProperty("rows").GetArrayLength());
        Assert.All(run.Json.GetProperty("routing").EnumerateArray(), r => Assert.Equal(1, r.GetProperty("nearest").GetDouble()));
    }

    [Theory]
    [InlineData("steps: 4", "stepz: 4", "line 1", "stepz")]
    [InlineData("steps: 4", "steps: four", "line 1")]
    [InlineData("steps: 4", "steps: 0", "steps 0")]
    [InlineData("truth: drawn by the test, ", "", "truth", "line")]
    [InlineData("data: discs,", "data: nowhere,", "nowhere")]
    [InlineData("stripes.png", "none.png", "none.png")]
    [InlineData("output-adapter", "magic", "'magic'", "output-adapter")]
    [InlineData("[64, 0, 96, 96]", "[58, 0, 96, 96]", "validation and test share pixels")]
    [InlineData("[64, 0, 96, 96]", "[64, 0, 96]", "test is [64, 0, 96]")]
    [InlineData("[64, 0, 96, 96]", "[64, 0, 196, 96]", "does not lie in the mask")]
    [InlineData("  discs: {", "  synthetic-scenes: {", "synthetic-scenes")]
    [InlineData("  discs: {", "  auto: {", "'auto'")]
    [InlineData("    masks: stripes_mask.png\n", "", "masks and squares belong together")]
    [InlineData("mostTrain: 4", "augment: much", "'much'")]
    [InlineData("mostTrain: 4", "profile: moon", "'moon'")]
    public async Task A_plan_that_cannot_be_is_refused_before_anything_is_written(string part, string replacement, params string[] said)
    {
        using var folder = new TemporaryFolder();
        string plan = Prepare(folder, Plan.Replace(part, replacement, StringComparison.Ordinal));
        (await CommandLineRun.Of("domain-table", plan, "--base", s_base, "--out", folder.At("out"))).AssertRefused(said);
        Assert.False(Directory.Exists(folder.At("out")));
    }

    private static string Prepare(TemporaryFolder folder, string plan)
    {
        if (!Directory.Exists(folder.At("discs")))
        {
            DiscFolder.Write(folder);
            DiscFolder.Write(folder, "discs_test", 2);
            var size = new ImageSize(96, 96);
            var mask = new byte[size.PixelCount];
            var pixels = new byte[size.PixelCount * 3];
            for (int i = 0; i < mask.Length; i++)
            {
                mask[i] = (byte)(i % 96 / 12 % 2);
                pixels.AsSpan(i * 3, 3).Fill(mask[i] != 0 ? (byte)(120 + (i * 7 % 50)) : (byte)(200 + (i * 5 % 50)));
            }

            ImageWriter.WriteRgbPng(folder.At("stripes.png"), new RgbImage(size, pixels));
            ImageWriter.WriteMaskPng(folder.At("stripes_mask.png"), new BinaryMask(size, mask));
        }

        File.WriteAllText(folder.At("plan.yaml"), plan);
        return folder.At("plan.yaml");
    }
}
