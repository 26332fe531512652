using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed class TrainBadInputTests : IDisposable
{
    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Unpaired_files_are_named()
    {
        File.Delete(Path.Combine(DiscFolder.Write(folder), "masks", "p3.png"));
        await Refused("p3", "add masks");
    }

    [Fact]
    public async Task An_empty_data_set_is_refused()
    {
        DiscFolder.Write(folder, count: 0);
        await Refused("images", "no images");
    }

    [Fact]
    public async Task A_mask_larger_than_its_image_is_named()
    {
        var size = new ImageSize(64, 64);
        ImageWriter.WriteMaskPng(Path.Combine(DiscFolder.Write(folder), "masks", "p2.png"), new BinaryMask(size, new byte[64 * 64]));
        await Refused("p2.png", "64", "48", "export the mask");
    }

    [Fact]
    public async Task A_picture_with_too_many_channels_is_named()
    {
        string path = Path.Combine(DiscFolder.Write(folder), "images", "p2.png");
        File.Delete(path);
        WriteTiff(Path.ChangeExtension(path, ".tif"), channels: 5, bits: 8, value: [7]);
        await Refused("p2.tif", "channel");
    }

    [Fact]
    public async Task Pixels_that_are_no_numbers_are_named()
    {
        string path = Path.Combine(DiscFolder.Write(folder), "images", "p2.png");
        File.Delete(path);
        WriteTiff(Path.ChangeExtension(path, ".tif"), channels: 1, bits: 32, BitConverter.GetBytes(float.NaN));
        await Refused(["--intensity", "percentile"], "p2.tif", "NaN");
    }

    [Fact]
    public async Task An_output_that_cannot_be_written_is_named()
    {
        string data = DiscFolder.Write(folder), file = folder.At("file");
        await File.WriteAllTextAsync(file, "mine", TestContext.Current.CancellationToken);
        string[] rest = [data, "--base", s_base, "--out", Path.Combine(file, "run")];
        (await CommandLineRun.Of(["train", .. rest])).AssertRefused("run", "--out");
        (await CommandLineRun.Of(["evaluate", .. rest])).AssertRefused("run", "--out");
        (await CommandLineRun.Of("predict", Path.Combine(data, "images", "p0.png"), "--base", s_base, "--out", Path.Combine(file, "run"))).AssertRefused("run", "--out");
    }

    [Fact]
    public async Task Another_base_and_another_recipe_are_refused()
    {
        string data = DiscFolder.Write(folder), adapter = folder.At("run", "adapter.safetensors"), other = folder.At("other.safetensors");
        Assert.Equal(0, (await CommandLineRun.Of("train", data, "--base", s_base, "--steps", "1", "--out", folder.At("run"))).ExitCode);
        Assert.Equal(0, (await CommandLineRun.Of("convert", s_base, other, "--half")).ExitCode);
        (await CommandLineRun.Of("evaluate", data, "--base", other, "--adapter", adapter, "--out", folder.At("report"))).AssertRefused("adapter.safetensors", "tiny_sam.safetensors", "other.safetensors");
        (await CommandLineRun.Of("merge", "--base", other, "--adapter", adapter, folder.At("merged.pth"))).AssertRefused("adapter.safetensors", "tiny_sam.safetensors");
        (await CommandLineRun.Of("evaluate", data, "--base", s_base, "--adapter", adapter, "--intensity", "percentile", "--out", folder.At("report"))).AssertRefused("--intensity", "adapter");
        Assert.False(Directory.Exists(folder.At("report")));
    }

    [Fact]
    public async Task Settings_of_another_method_are_refused()
    {
        DiscFolder.Write(folder);
        await Refused(["--method", "prompt", "--rank", "4"], "--rank", "lora");
        await Refused(["--targets", "no_such_layer"], "no_such_layer");
        await Refused(["--prompts", "boxes:1"], "boxes", "box");
        await Refused(["--val-prompts", "boxes"], "--val-prompts", "boxes", "box-and-points");
        await Refused(["--val-prompts", "points"], "validationPrompts", "point");
        await Refused(["--method", "prompt", "--from-block", "2"], "--from-block", "lora", "adapters");
        await Refused(["--from-block", "4"], "first block is 4", "0..3");
        await Refused(["--views", "3"], "views", "augmentation");
        await Refused(["--cache-precision", "fp8"], "--cache-precision", "fp16");
        await Refused(["--cache-size", "much"], "--cache-size", "4GB");
        await Refused(["--memory-limit", "10MB"], "--memory-limit", "--from-block");
    }

    private Task Refused(params string[] said) => Refused([], said);

    private async Task Refused(string[] flags, params string[] said)
    {
        CommandLineRun run = await CommandLineRun.Of(["train", folder.At("discs"), "--base", s_base, "--out", folder.At("run"), "--steps", "2", .. flags]);
        run.AssertRefused(said);
        Assert.False(Directory.Exists(folder.At("run")));
    }

    // A little-endian TIFF of 48 x 48 in one strip, every sample the same.
    private static void WriteTiff(string path, int channels, int bits, byte[] value)
    {
        using var writer = new BinaryWriter(File.Create(path));
        int bytes = 48 * 48 * channels * bits / 8, entries = 10, extra = 8 + 2 + (entries * 12) + 4, pixels = extra + (channels * 2);
        writer.Write("II*\0"u8);
        writer.Write(8);
        writer.Write((ushort)entries);
        void Entry(ushort tag, ushort type, int count, int content)
        {
            writer.Write(tag);
            writer.Write(type);
            writer.Write(count);
            writer.Write(content);
        }

        Entry(256, 3, 1, 48);
        Entry(257, 3, 1, 48);
        Entry(258, 3, channels, channels == 1 ? bits : extra);
        Entry(259, 3, 1, 1);
        Entry(262, 3, 1, 1);
        Entry(273, 4, 1, pixels);
        Entry(277, 3, 1, channels);
        Entry(278, 3, 1, 48);
        Entry(279, 4, 1, bytes);
        Entry(339, 3, 1, bits == 32 ? 3 : 1);
        writer.Write(0);
        for (int c = 0; c < channels; c++)
        {
            writer.Write((ushort)bits);
        }

        for (int i = 0; i < bytes; i++)
        {
            writer.Write(value[i % value.Length]);
        }
    }
}
