using System.Text.Json;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed class InspectTests
{
    [Theory]
    [InlineData("tiny_sam.pth", "pth", "reference", "float32")]
    [InlineData("tiny_sam_legacy.pth", "pth-legacy", "reference", "float32")]
    [InlineData("tiny_sam_fp16.pth", "pth", "reference", "float16")]
    [InlineData("tiny_sam.safetensors", "safetensors", "reference", "float32")]
    [InlineData("tiny_sam_hf.safetensors", "safetensors", "hugging-face", "float32")]
    public async Task Every_format_of_one_model_is_described_alike(string name, string format, string layout, string elementType)
    {
        CommandLineRun run = await CommandLineRun.Of("inspect", RepositoryFiles.Golden(name), "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        JsonElement json = run.Json;
        Assert.Equal(name, json.GetProperty("file").GetString());
        Assert.Equal(format, json.GetProperty("format").GetString());
        Assert.Equal(layout, json.GetProperty("layout").GetString());
        Assert.Equal(elementType, json.GetProperty("elementType").GetString());
        Assert.Equal("custom", json.GetProperty("variant").GetString());
        Assert.Equal(315436, json.GetProperty("parameters").GetInt64());
        Assert.Equal(267712, json.GetProperty("parts").GetProperty("imageEncoder").GetInt64());
        Assert.Equal(315436, json.GetProperty("parts").EnumerateObject().Sum(p => p.Value.GetInt64()));
        Assert.Equal(202, json.GetProperty("tensors").GetInt32());
        Assert.Empty(json.GetProperty("problems").EnumerateArray());
        JsonElement sizes = json.GetProperty("sizes");
        Assert.Equal(128, sizes.GetProperty("imageSize").GetInt32());
        Assert.Equal(64, sizes.GetProperty("encoderEmbedDim").GetInt32());
        Assert.Equal(2, sizes.GetProperty("encoderHeads").GetInt32());
        Assert.Equal(5, sizes.GetProperty("windowSize").GetInt32());
        Assert.Equal([1, 3], sizes.GetProperty("globalAttentionBlocks").EnumerateArray().Select(b => b.GetInt32()));
        Assert.Equal(32, sizes.GetProperty("promptEmbedDim").GetInt32());
        Assert.Equal(96, sizes.GetProperty("decoderMlpDim").GetInt32());
        Assert.Equal(48, sizes.GetProperty("iouHeadHiddenDim").GetInt32());
    }

    [Fact]
    public async Task People_get_a_table_with_the_same_numbers()
    {
        CommandLineRun run = await CommandLineRun.Of("inspect", RepositoryFiles.Golden("tiny_sam.pth"));
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"parameters +315,436", run.Output);
        Assert.Matches(@"image encoder +267,712", run.Output);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task Tensors_are_listed_on_request()
    {
        CommandLineRun run = await CommandLineRun.Of("inspect", RepositoryFiles.Golden("tiny_sam_hf.safetensors"), "--json", "--tensors");
        JsonElement[] tensors = [.. run.Json.GetProperty("tensorList").EnumerateArray()];
        Assert.Equal(202, tensors.Length);
        JsonElement positions = tensors.Single(t => t.GetProperty("name").GetString() == "image_encoder.pos_embed");
        Assert.Equal([1, 8, 8, 64], positions.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64()));
    }

    [Fact]
    public async Task One_model_has_one_fingerprint_in_every_format()
    {
        string[] names = ["tiny_sam.pth", "tiny_sam_legacy.pth", "tiny_sam.safetensors", "tiny_sam_hf.safetensors"];
        HashSet<string> fingerprints = [];
        foreach (string name in names)
        {
            CommandLineRun run = await CommandLineRun.Of("inspect", RepositoryFiles.Golden(name), "--json", "--fingerprint");
            fingerprints.Add(run.Json.GetProperty("fingerprint").GetString()!);
        }

        Assert.Matches("^[0-9a-f]{64}$", Assert.Single(fingerprints));
    }

    [Fact]
    public async Task A_missing_file_is_refused_by_name() =>
        (await CommandLineRun.Of("inspect", "no-such-model.pth")).AssertRefused("no-such-model.pth");

    [Theory]
    [InlineData("tiny_sam.pth")]
    [InlineData("tiny_sam_legacy.pth")]
    [InlineData("tiny_sam.safetensors")]
    public async Task A_truncated_file_is_refused_by_name(string name)
    {
        using var folder = new TemporaryFolder();
        byte[] whole = await File.ReadAllBytesAsync(RepositoryFiles.Golden(name), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(folder.At(name), whole[..(whole.Length / 2)], TestContext.Current.CancellationToken);
        (await CommandLineRun.Of("inspect", folder.At(name), "--json")).AssertRefused(name);
    }

    [Theory]
    [InlineData("quirks.pth")]
    [InlineData("goldens.safetensors")]
    [InlineData("tiny_image.png")]
    public async Task A_file_without_a_model_is_refused_by_name(string name) =>
        (await CommandLineRun.Of("inspect", RepositoryFiles.Golden(name))).AssertRefused(name);
}
