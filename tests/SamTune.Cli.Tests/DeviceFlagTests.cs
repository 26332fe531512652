using SamTune.Cli.Running;
using SamTune.Imaging;
using SamTune.Testing;
using TorchSharp;

namespace SamTune.Cli.Tests;

public sealed class DeviceFlagTests
{
    [Theory]
    [InlineData(null, 0, DeviceType.CPU, -1)]
    [InlineData("auto", 0, DeviceType.CPU, -1)]
    [InlineData("cpu", 2, DeviceType.CPU, -1)]
    [InlineData(null, 2, DeviceType.CUDA, 0)]
    [InlineData("auto", 2, DeviceType.CUDA, 0)]
    [InlineData("cuda", 2, DeviceType.CUDA, 0)]
    [InlineData("cuda:1", 2, DeviceType.CUDA, 1)]
    public void A_device_is_found_by_its_name(string? text, int gpus, DeviceType type, int index)
    {
        (DeviceType Type, int Index)? found = DeviceFlag.Find(text, gpus);
        Assert.Equal((type, index), found);
    }

    [Theory]
    [InlineData(64, 2, null, 2)]
    [InlineData(2, 64, null, 2)]
    [InlineData(64, 2, "", 2)]
    [InlineData(8, 2, "8", 8)]
    public void No_more_threads_are_taken_than_processors_may_be_used_unless_the_user_says_so(int there, int allowed, string? chosen, int expected) =>
        Assert.Equal(expected, ProcessorThreads.Fitting(there, allowed, chosen));

    [Theory]
    [InlineData("quickstart", "--quick", "--steps", "1")]
    [InlineData("domain-table", "plan.yaml")]
    [InlineData("train", "data")]
    [InlineData("evaluate", "data")]
    public async Task A_command_refuses_an_unknown_device_before_it_does_anything(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        string data = DiscFolder.Write(folder, "data");
        string[] here = [.. arguments.Select(a => a == "data" ? data : a)];
        (await CommandLineRun.Of([.. here, "--base", RepositoryFiles.Golden("tiny_sam.safetensors"), "--device", "gpu", "--out", folder.At("out")])).AssertRefused("--device: 'gpu' is unknown; choose cpu");
        Assert.False(Directory.Exists(folder.At("out")));
    }

    [Theory]
    [InlineData("cuda", 0, "TorchBackend=cuda")]
    [InlineData("cuda:2", 2, "2 GPU(s)")]
    [InlineData("cuda:-1", 2, "unknown")]
    [InlineData("gpu", 2, "cuda:1")]
    [InlineData("", 2, "auto")]
    public void Another_is_refused_with_what_there_is(string text, int gpus, string expected)
    {
        string message = Assert.Throws<InputException>(() => DeviceFlag.Find(text, gpus)).Message;
        Assert.StartsWith("--device:", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }
}
