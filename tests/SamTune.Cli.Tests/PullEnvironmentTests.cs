using System.Diagnostics;
using System.Security.Cryptography;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

/// <summary>What <c>pull</c> and <c>--base</c> take from the environment, each in a process of its own: the runtime reads the proxy's variables once.</summary>
public sealed class PullEnvironmentTests : IDisposable
{
    private static readonly string[] s_variables =
    [
        "SAMTUNE_CACHE", "SAMTUNE_MIRROR", "SAMTUNE_OFFLINE", "SAMTUNE_REGISTRY", "XDG_CACHE_HOME", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
    ];

    private readonly TemporaryFolder folder = new();
    private readonly byte[] content = File.ReadAllBytes(RepositoryFiles.Golden("tiny_sam.safetensors"));

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Registry_cache_and_mirror_are_taken_from_the_environment()
    {
        using FileServer server = FileServer.Of(content);
        CommandLineRun run = await RunAsync(["pull", "mine"], Environment("https://publisher.invalid/", ("SAMTUNE_MIRROR", server.Address + "sam")));
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("/sam/m.safetensors", Assert.Single(server.Requests).Target);
        Assert.Equal(content, await File.ReadAllBytesAsync(folder.At("cache", "mine.safetensors"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_flag_stands_above_its_variable()
    {
        using FileServer server = FileServer.Of(content), other = FileServer.Of(content);
        CommandLineRun run = await RunAsync(
            ["pull", "mine", "--mirror", server.Address.ToString(), "--cache", folder.At("flag")], Environment("https://publisher.invalid/", ("SAMTUNE_MIRROR", other.Address.ToString())));
        Assert.Equal(0, run.ExitCode);
        Assert.Single(server.Requests);
        Assert.Empty(other.Requests);
        Assert.True(File.Exists(folder.At("flag", "mine.safetensors")));
        Assert.False(Directory.Exists(folder.At("cache")));
    }

    [Fact]
    public async Task Offline_nothing_is_asked_for()
    {
        using FileServer server = FileServer.Of(content);
        (await RunAsync(["pull", "mine"], Environment(server.Address.ToString(), ("SAMTUNE_OFFLINE", "1")))).AssertRefused("mine: ", "offline nothing is downloaded");
        (await RunAsync(["pull", "mine"], Environment(server.Address.ToString(), ("SAMTUNE_OFFLINE", "perhaps")))).AssertRefused("SAMTUNE_OFFLINE: is 'perhaps'; set it to 1 or 0");
        Assert.Empty(server.Requests);
        Assert.Equal(0, (await RunAsync(["pull", "mine"], Environment(server.Address.ToString(), ("SAMTUNE_OFFLINE", "0")))).ExitCode);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("HTTP_PROXY")]
    [InlineData("ALL_PROXY")]
    public async Task A_proxy_is_taken_from_the_environment(string variable)
    {
        using FileServer proxy = FileServer.Of(content);
        CommandLineRun run = await RunAsync(["pull", "mine"], Environment("http://publisher.invalid/", (variable, proxy.Address.ToString())));
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("http://publisher.invalid/m.safetensors", Assert.Single(proxy.Requests).Target);
    }

    [Fact]
    public async Task An_https_address_is_asked_of_the_proxy_for_https_as_a_tunnel()
    {
        using FileServer proxy = new(_ => new ServedAnswer { Status = 403 }), other = FileServer.Of(content);
        CommandLineRun run = await RunAsync(
            ["pull", "mine"], Environment("https://publisher.invalid/", ("HTTPS_PROXY", proxy.Address.ToString()), ("HTTP_PROXY", other.Address.ToString())));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("error: mine: https://publisher.invalid/m.safetensors: ", run.Error, StringComparison.Ordinal);
        Assert.Equal("publisher.invalid:443", Assert.Single(proxy.Requests).Target);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task Hosts_that_NO_PROXY_names_are_asked_themselves()
    {
        using FileServer server = FileServer.Of(content), proxy = FileServer.Of(content);
        (string, string) through = ("HTTP_PROXY", proxy.Address.ToString());
        Assert.Equal(0, (await RunAsync(["pull", "mine"], Environment(server.Address.ToString(), through))).ExitCode);
        Assert.Equal((1, 0), (proxy.Requests.Count, server.Requests.Count));
        Assert.Equal(0, (await RunAsync(["pull", "mine", "--force"], Environment(server.Address.ToString(), through, ("NO_PROXY", "127.0.0.1")))).ExitCode);
        Assert.Equal((1, 1), (proxy.Requests.Count, server.Requests.Count));
    }

    [Fact]
    public async Task Without_a_home_the_model_that_comes_with_the_program_still_works()
    {
        string[] predict = ["predict", RepositoryFiles.Golden("tiny_image.png"), "--point", "20,20,1", "--out", folder.At("out")];
        CommandLineRun run = await RunAsync(predict, [("HOME", "")]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.True(File.Exists(folder.At("out", "prediction.json")));
        (await RunAsync([.. predict, "--base", "vit_b"], [("HOME", "")])).AssertRefused("HOME is not set", "set SAMTUNE_CACHE");
    }

    private (string, string)[] Environment(string publisher, params (string, string)[] more) =>
    [
        ("SAMTUNE_CACHE", folder.At("cache")),
        ("SAMTUNE_REGISTRY", PullTests.WriteRegistry(folder, new Uri(publisher), Convert.ToHexStringLower(SHA256.HashData(content)))),
        .. more,
    ];

    private static async Task<CommandLineRun> RunAsync(string[] arguments, IReadOnlyList<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "samtune"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string variable in s_variables)
        {
            start.Environment.Remove(variable);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new CommandLineRun(process.ExitCode, await output, await error);
    }
}
