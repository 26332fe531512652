using System.Text.Json;
using SamTune.Cli.Running;
using SamTune.Imaging;
using SamTune.Modeling.Layers;
using SamTune.Testing;
using TorchSharp;

namespace SamTune.Cli.Tests;

public sealed class PrecisionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_precision_is_found_by_its_name()
    {
        Assert.False(PrecisionFlag.IsBFloat16(null, DeviceType.CPU));
        Assert.False(PrecisionFlag.IsBFloat16("fp32", DeviceType.CUDA));
        Assert.True(PrecisionFlag.IsBFloat16("bf16", DeviceType.CPU));
        Assert.True(PrecisionFlag.IsBFloat16("auto", DeviceType.CUDA));
        Assert.Equal(BFloat16Instructions.AreThere, PrecisionFlag.IsBFloat16("auto", DeviceType.CPU));
        string message = Assert.Throws<InputException>(() => PrecisionFlag.IsBFloat16("half", DeviceType.CPU)).Message;
        Assert.Equal("--precision: 'half' is unknown; choose fp32, bf16 or auto.", message);
    }

    [Fact]
    public void A_processor_has_what_its_system_lists()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && System.Runtime.Intrinsics.X86.X86Base.IsSupported, "Only Linux lists what a processor can do in a file.");
        string[] flags = [.. File.ReadLines("/proc/cpuinfo").First(l => l.StartsWith("flags", StringComparison.Ordinal)).Split(' ')];
        Assert.Equal(flags.Contains("avx512_bf16") || flags.Contains("amx_bf16"), BFloat16Instructions.AreThere);
    }

    [Fact]
    public async Task Real_slices_get_the_same_Dice_in_bfloat16_and_other_scores()
    {
        (double Dice, string Scores) exact = await Evaluate("fp32"), rounded = await Evaluate("bf16");
        Assert.Equal(exact.Dice, rounded.Dice, 0.01);
        Assert.NotEqual(exact.Scores, rounded.Scores);
    }

    [Fact]
    public async Task Training_in_bfloat16_ends_with_other_weights_and_about_the_same_loss()
    {
        double[] loss = [await Train("fp32"), await Train("bf16")];
        Assert.NotEqual(loss[0], loss[1]);
        Assert.Equal(loss[0], loss[1], 0.05);
    }

    private async Task<(double Dice, string Scores)> Evaluate(string precision)
    {
        CommandLineRun run = await CommandLineRun.Of(
            "evaluate", RepositoryFiles.At("data", "mri"), "--task", "colin27_cerebellum_axial", "--prompts", "box", "--clicks", "0", "--precision", precision, "--out", folder.At(precision), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        JsonElement box = Assert.Single(run.Json.GetProperty("dice").EnumerateArray());
        return (box.GetProperty("dice").GetDouble(), await File.ReadAllTextAsync(folder.At(precision, "scores.csv"), TestContext.Current.CancellationToken));
    }

    private async Task<double> Train(string precision)
    {
        string output = folder.At($"run-{precision}");
        CommandLineRun run = await CommandLineRun.Of(
            "train", RepositoryFiles.At("data", "mri"), "--task", "colin27_cerebellum_axial", "--steps", "4", "--prompts", "box:1", "--precision", precision, "--out", output, "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        string last = (await File.ReadAllLinesAsync(Path.Combine(output, "log.jsonl"), TestContext.Current.CancellationToken))[^1];
        return JsonDocument.Parse(last).RootElement.GetProperty("loss").GetDouble();
    }
}
