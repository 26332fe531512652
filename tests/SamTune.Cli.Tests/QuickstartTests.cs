using System.Text.Json;
using SamTune.Cli.Hosting;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed class QuickstartTests
{
    [Fact]
    public async Task A_short_quickstart_measures_all_four_methods_and_keeps_its_artifacts()
    {
        using var folder = new TemporaryFolder();
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await CommandLineHost.RunAsync(
            ["quickstart", "--base-steps", "4", "--steps", "2", "--out", folder.FullPath, "--json"], output, error, TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (code, error.ToString()));
        Assert.Equal(File.ReadAllText(folder.At("report.json")).Trim(), output.ToString().Trim());
        using JsonDocument report = JsonDocument.Parse(output.ToString());
        JsonElement[] methods = [.. report.RootElement.GetProperty("methods").EnumerateArray()];
        Assert.Equal(["prompt", "lora", "adapters", "full"], methods.Select(m => m.GetProperty("method").GetString()));
        Assert.All(methods, method =>
        {
            Assert.True(method.GetProperty("artifactReproduces").GetBoolean());
            Assert.Equal(2, method.GetProperty("steps").GetInt32());
            Assert.InRange(method.GetProperty("boxDiceAfter").GetDouble(), 0, 1);
            string artifact = folder.At($"{method.GetProperty("method").GetString()}.safetensors");
            Assert.Equal(new FileInfo(artifact).Length, method.GetProperty("artifactBytes").GetInt64());
        });
        (int inspected, string text, _) = await CommandLineRun.Of("inspect", folder.At("lora.safetensors"), "--json");
        using JsonDocument artifact = JsonDocument.Parse(text);
        Assert.Equal(0, inspected);
        Assert.Equal("lora", artifact.RootElement.GetProperty("method").GetString());
        Assert.Equal(methods[1].GetProperty("trainedParameters").GetInt64(), artifact.RootElement.GetProperty("parameters").GetInt64());
        Assert.Equal("base.safetensors", artifact.RootElement.GetProperty("manifest").GetProperty("base_name").GetString());
        Assert.Equal(640, methods[0].GetProperty("trainedParameters").GetInt64());
    }
}
