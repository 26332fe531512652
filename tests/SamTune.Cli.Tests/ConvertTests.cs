using System.Text.Json;
using SamTune.Checkpoints;
using SamTune.Checkpoints.Layouts;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed class ConvertTests
{
    public static TheoryData<string, string, string[]> Ways => new()
    {
        { "tiny_sam.pth", "out.safetensors", [] },
        { "tiny_sam.safetensors", "out.pth", [] },
        { "tiny_sam_legacy.pth", "out.pt", [] },
        { "tiny_sam_hf.safetensors", "out.safetensors", ["--to", "safetensors"] },
        { "tiny_sam.pth", "out.safetensors", ["--to", "hf"] },
        { "tiny_sam_hf.safetensors", "out.pth", ["--to", "pth"] },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_conversion_keeps_every_number(string source, string target, string[] flags)
    {
        using var folder = new TemporaryFolder();
        CommandLineRun run = await CommandLineRun.Of(["convert", RepositoryFiles.Golden(source), folder.At(target), .. flags]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(Fingerprint(RepositoryFiles.Golden("tiny_sam.pth")), Fingerprint(folder.At(target)));
        Assert.Equal(target, Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(folder.FullPath))));
    }

    [Fact]
    public async Task Hugging_Face_names_are_those_of_its_own_file()
    {
        using var folder = new TemporaryFolder();
        await CommandLineRun.Of("convert", RepositoryFiles.Golden("tiny_sam.pth"), folder.At("out.safetensors"), "--to", "hf");
        using Checkpoint written = Checkpoint.Open(folder.At("out.safetensors"));
        using Checkpoint genuine = Checkpoint.Open(RepositoryFiles.Golden("tiny_sam_hf.safetensors"));
        Assert.Equal(genuine.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal), written.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("half.pth")]
    [InlineData("half.safetensors")]
    public async Task Half_rounds_every_number_as_Python_did(string target)
    {
        using var folder = new TemporaryFolder();
        CommandLineRun run = await CommandLineRun.Of("convert", RepositoryFiles.Golden("tiny_sam.pth"), folder.At(target), "--half", "--json");
        Assert.Equal(202, run.Json.GetProperty("tensors").GetInt32());
        Assert.Equal(new FileInfo(folder.At(target)).Length, run.Json.GetProperty("bytes").GetInt64());
        using SamCheckpoint written = SamCheckpoint.Open(folder.At(target));
        Assert.All(written.Tensors, t => Assert.Equal(TensorElementType.Float16, t.ElementType));
        Assert.Equal(Fingerprint(RepositoryFiles.Golden("tiny_sam_fp16.pth")), ModelFingerprint.Compute(written));
    }

    [Fact]
    public async Task A_value_beyond_half_precision_is_refused_and_nothing_is_written()
    {
        using var folder = new TemporaryFolder();
        using (SamCheckpoint tiny = SamCheckpoint.Open(RepositoryFiles.Golden("tiny_sam.pth")))
        {
            SafeTensorsWriter.Write(folder.At("large.safetensors"), [.. tiny.ToStateDict(SamLayout.Reference).Select(t => t.Name == "image_encoder.neck.1.bias"
                ? TensorData.FromFloat32(t.Name, t.Shape, Enumerable.Repeat(1e6f, (int)t.Entry.ElementCount).ToArray(), TensorElementType.Float32)
                : t)]);
        }

        CommandLineRun run = await CommandLineRun.Of("convert", folder.At("large.safetensors"), folder.At("out.pth"), "--half");
        run.AssertRefused("large.safetensors", "image_encoder.neck.1.bias", "--half");
        Assert.Single(Directory.GetFileSystemEntries(folder.FullPath));
    }

    [Fact]
    public async Task An_incomplete_model_is_refused_unless_told_otherwise()
    {
        using var folder = new TemporaryFolder();
        using (SamCheckpoint tiny = SamCheckpoint.Open(RepositoryFiles.Golden("tiny_sam.pth")))
        {
            SafeTensorsWriter.Write(folder.At("part.safetensors"), [.. tiny.ToStateDict(SamLayout.Reference).Where(t => t.Name != "image_encoder.neck.1.bias")]);
        }

        (await CommandLineRun.Of("convert", folder.At("part.safetensors"), folder.At("out.pth"))).AssertRefused("part.safetensors", "image_encoder.neck.1.bias");
        Assert.False(File.Exists(folder.At("out.pth")));
        CommandLineRun allowed = await CommandLineRun.Of("convert", folder.At("part.safetensors"), folder.At("out.pth"), "--allow-incomplete");
        Assert.Equal(0, allowed.ExitCode);
        Assert.Contains("warning: part.safetensors: 'image_encoder.neck.1.bias' is missing", allowed.Error, StringComparison.Ordinal);
        JsonElement description = (await CommandLineRun.Of("inspect", folder.At("out.pth"), "--json")).Json;
        Assert.Contains("image_encoder.neck.1.bias", Assert.Single(description.GetProperty("problems").EnumerateArray()).GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("out.bin", "safetensors")]
    [InlineData("out.pth", "hf")]
    [InlineData("out.safetensors", "pth")]
    [InlineData("no-such-folder/out.pth", "pth")]
    public async Task A_target_that_cannot_be_is_refused_by_name(string target, string to)
    {
        using var folder = new TemporaryFolder();
        CommandLineRun run = await CommandLineRun.Of("convert", RepositoryFiles.Golden("tiny_sam.pth"), folder.At(target), "--to", to);
        run.AssertRefused(Path.GetFileName(target));
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullPath));
    }

    [Fact]
    public async Task An_existing_file_is_replaced_only_by_force()
    {
        using var folder = new TemporaryFolder();
        string target = folder.At("out.pth");
        await File.WriteAllTextAsync(target, "mine", TestContext.Current.CancellationToken);
        (await CommandLineRun.Of("convert", RepositoryFiles.Golden("tiny_sam.pth"), target)).AssertRefused("out.pth", "--force");
        Assert.Equal("mine", await File.ReadAllTextAsync(target, TestContext.Current.CancellationToken));
        Assert.Equal(0, (await CommandLineRun.Of("convert", RepositoryFiles.Golden("tiny_sam.pth"), target, "--force")).ExitCode);
        (await CommandLineRun.Of("convert", target, target, "--force")).AssertRefused("out.pth", "input itself");
    }

    private static string Fingerprint(string path)
    {
        using SamCheckpoint checkpoint = SamCheckpoint.Open(path);
        return ModelFingerprint.Compute(checkpoint);
    }
}
