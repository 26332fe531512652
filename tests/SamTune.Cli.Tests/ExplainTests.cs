using System.Text.Json;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed class ExplainTests
{
    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");

    [Fact]
    public async Task Methods_are_explained_beside_each_other_with_tables_paragraphs_and_pictures()
    {
        using var folder = new TemporaryFolder();
        string data = DiscFolder.Write(folder);
        string full = await Train(folder, data, "full"), prompt = await Train(folder, data, "prompt");
        string[] arguments =
        [
            "explain", "--images", Path.Combine(data, "images"), "--masks", Path.Combine(data, "masks"), "--base", s_base,
            "--artifact", full, "--artifact", prompt, "--samples", "2", "--out", folder.At("out"),
        ];
        CommandLineRun run = await CommandLineRun.Of([.. arguments, "--json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        JsonElement[] methods = [.. run.Json.GetProperty("methods").EnumerateArray()];
        Assert.Equal(["full", "prompt"], methods.Select(m => m.GetProperty("name").GetString()!));
        Assert.True(methods[0].GetProperty("shiftInside").GetDouble() > 0);

        // The full method overwrote its own copy of the weights only: the encoder of the next method is the base's again.
        Assert.Equal(0, methods[1].GetProperty("shiftInside").GetDouble());
        Assert.NotEqual(0, methods[1].GetProperty("decoderAttention").GetDouble());

        JsonElement reports = JsonDocument.Parse(await File.ReadAllTextAsync(folder.At("out", "explain.json"), TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(["p1", "p4"], reports[0].GetProperty("samples").EnumerateArray().Select(s => s.GetProperty("id").GetString()!));
        Assert.All(reports.EnumerateArray(), report => Assert.All(
            Enumerable.Range(0, 5).Select(i => report.GetProperty("reading")[i]),
            sentence => Assert.Equal(sentence.GetProperty("value").GetDouble(), FigurePath.Resolve(report, sentence.GetProperty("figure").GetString()!))));
        Assert.Contains(methods[0].GetProperty("reading").GetString()!, await File.ReadAllTextAsync(folder.At("out", "explain.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(new ImageSize(48, 48), ImageReader.ReadRgb(folder.At("out", "full", "overlay_001.png")).Size);
        Assert.Equal(new ImageSize(48, 48), ImageReader.ReadRgb(folder.At("out", "full", "encoder_attention_001.png")).Size);
        Assert.Equal(new ImageSize(48, 48), ImageReader.ReadRgb(folder.At("out", "prompt", "decoder_attention_000.png")).Size);
        Assert.True(File.Exists(folder.At("out", "prompt", "contact.png")));

        CommandLineRun text = await CommandLineRun.Of(arguments);
        Assert.Contains(methods[1].GetProperty("reading").GetString()!, text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_explained_is_refused_and_nothing_is_written()
    {
        using var folder = new TemporaryFolder();
        string data = DiscFolder.Write(folder), out1 = folder.At("out");
        string lora = await Train(folder, data, "lora"), small = await Train(folder, data, "prompt", "--input-size", "96");
        (await CommandLineRun.Of("explain", data, "--base", s_base, "--artifact", lora, "--artifact", small, "--out", out1)).AssertRefused(small, "input size", "separate calls");
        (await CommandLineRun.Of("explain", data, "--base", s_base, "--artifact", lora, "--samples", "0", "--out", out1)).AssertRefused("--samples", "at least 1");
        (await CommandLineRun.Of("explain", data, "--base", s_base, "--artifact", folder.At("none.safetensors"), "--out", out1)).AssertRefused("none.safetensors");
        Assert.False(Directory.Exists(out1));
    }

    private static async Task<string> Train(TemporaryFolder folder, string data, string method, params string[] more)
    {
        CommandLineRun run = await CommandLineRun.Of(
            ["train", data, "--base", s_base, "--method", method, "--steps", "3", "--validate-every", "3", "--out", folder.At(method), "--json", .. more]);
        Assert.True(run.ExitCode == 0, run.Error);
        return folder.At(method, "adapter.safetensors");
    }
}
