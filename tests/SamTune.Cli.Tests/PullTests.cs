using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed class PullTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly byte[] content = File.ReadAllBytes(RepositoryFiles.Golden("tiny_sam.safetensors"));

    private string Cache => folder.At("cache");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_model_is_downloaded_and_checked_again_later()
    {
        using FileServer server = FileServer.Of(content);
        string registry = Registry(server, Hash);
        CommandLineRun run = await CommandLineRun.Of("pull", "mine", "--registry", registry, "--cache", Cache, "--json");
        Assert.Equal(0, run.ExitCode);
        JsonElement model = Assert.Single(run.Json.GetProperty("models").EnumerateArray());
        Assert.Equal(Path.Combine(Cache, "mine.safetensors"), model.GetProperty("path").GetString());
        Assert.Equal(Hash, model.GetProperty("sha256").GetString());
        Assert.True(model.GetProperty("verified").GetBoolean() && model.GetProperty("downloaded").GetBoolean());
        Assert.Contains("mine: ", run.Error, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllBytesAsync(model.GetProperty("path").GetString()!, TestContext.Current.CancellationToken));

        CommandLineRun again = await CommandLineRun.Of("pull", "mine", "mine", "--offline", "--registry", registry, "--cache", Cache);
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("there already, SHA-256 as published, licence MIT", Assert.Single(again.Output.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_model_without_a_published_hash_is_called_unverified()
    {
        using FileServer server = FileServer.Of(content);
        CommandLineRun run = await CommandLineRun.Of("pull", "mine", "--registry", Registry(server, null), "--cache", Cache);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"warning: mine: nobody publishes its SHA-256, so it is unverified; {Hash} is recorded", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mirror_is_asked_instead_of_the_publisher()
    {
        using FileServer server = FileServer.Of(content);
        string registry = Registry(new Uri("https://publisher.invalid/"), Hash);
        CommandLineRun run = await CommandLineRun.Of("pull", "mine", "--mirror", server.Address + "sam", "--registry", registry, "--cache", Cache, "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("/sam/m.safetensors", Assert.Single(server.Requests).Target);
    }

    [Fact]
    public async Task A_proxy_is_asked_for_the_publishers_address()
    {
        using FileServer proxy = FileServer.Of(content);
        string registry = Registry(new Uri("http://publisher.invalid/"), Hash);
        CommandLineRun run = await CommandLineRun.Of("pull", "mine", "--proxy", proxy.Address.ToString(), "--registry", registry, "--cache", Cache, "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("http://publisher.invalid/m.safetensors", Assert.Single(proxy.Requests).Target);
    }

    [Fact]
    public async Task The_list_says_licence_source_and_what_is_there()
    {
        using FileServer server = FileServer.Of(content);
        string registry = Registry(server, Hash);
        await CommandLineRun.Of("pull", "mine", "--registry", registry, "--cache", Cache);
        CommandLineRun run = await CommandLineRun.Of("pull", "--list", "--json", "--registry", registry, "--cache", Cache);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Dictionary<string, JsonElement> models = run.Json.GetProperty("models").EnumerateArray().ToDictionary(m => m.GetProperty("name").GetString()!);
        Assert.True(models["mine"].GetProperty("cached").GetBoolean());
        Assert.False(models["vit_b"].GetProperty("cached").GetBoolean());
        Assert.Equal("Apache-2.0", models["vit_b"].GetProperty("licence").GetString());
        Assert.Equal(375_042_383, models["vit_b"].GetProperty("bytes").GetInt64());

        string table = (await CommandLineRun.Of("pull", "--list", "--registry", registry, "--cache", Cache)).Output;
        Assert.Matches(@"(?m)^mine +unknown +MIT +yes +https://example.org", table);
        Assert.Matches(@"(?m)^vit_b +375,042,383 +Apache-2.0 +no +https://", table);
    }

    [Theory]
    [InlineData("NAME: is missing")]
    [InlineData("'vit_x': is no model of the registry; choose vit_b", "vit_x")]
    [InlineData("--mirror: 'mirror.example.org' is no address", "vit_b", "--mirror", "mirror.example.org")]
    [InlineData("Mirror is 'ftp://mirror.example.org/'", "vit_b", "--mirror", "ftp://mirror.example.org")]
    [InlineData("the proxy's address must begin with", "vit_b", "--proxy", "ftp://proxy")]
    [InlineData("missing.json: cannot be read", "vit_b", "--registry", "missing.json")]
    [InlineData("offline nothing is downloaded", "vit_b", "--offline")]
    [InlineData("Offline and Force contradict", "vit_b", "--offline", "--force")]
    public async Task What_cannot_be_pulled_is_one_line(string said, params string[] arguments) =>
        (await CommandLineRun.Of(["pull", .. arguments, "--cache", Cache])).AssertRefused(said);

    [Fact]
    public async Task A_wrong_hash_ends_in_one_line_and_exit_code_2()
    {
        using FileServer server = FileServer.Of([.. content[..^1], (byte)(content[^1] ^ 1)]);
        CommandLineRun run = await CommandLineRun.Of("pull", "mine", "--registry", Registry(server, Hash), "--cache", Cache);
        AssertFailed(run, Hash);
        Assert.False(File.Exists(Path.Combine(Cache, "mine.safetensors")));
    }

    [Fact]
    public async Task What_the_server_does_not_have_ends_in_one_line()
    {
        using FileServer server = new(_ => new ServedAnswer { Status = 404 });
        CommandLineRun run = await CommandLineRun.Of("pull", "mine", "--registry", Registry(server, Hash), "--cache", Cache);
        AssertFailed(run, $"mine: {server.Address}m.safetensors: the server answered 404");
    }

    [Fact]
    public async Task A_transfer_that_breaks_off_goes_on_within_the_command()
    {
        using FileServer server = new(r => ServedAnswer.File(r, content, "\"v1\"") with { CutAfter = r.Index == 0 ? 1000 : null });
        CommandLineRun run = await CommandLineRun.Of("pull", "mine", "--registry", Registry(server, Hash), "--cache", Cache);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("trying again in 1 s", run.Error, StringComparison.Ordinal);
        Assert.Equal("bytes=1000-", server.Requests[1].Header("Range"));
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(Cache, "mine.safetensors"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_command_that_failed_in_the_middle_is_continued_by_the_next_one()
    {
        bool isBack = false;
        using FileServer server = new(r => r.Index == 0 ? ServedAnswer.File(r, content, "\"v1\"") with { CutAfter = 1000 }
            : Volatile.Read(ref isBack) ? ServedAnswer.File(r, content, "\"v1\"")
            : new ServedAnswer { Status = 403 });
        string registry = Registry(server, Hash);
        AssertFailed(await CommandLineRun.Of("pull", "mine", "--registry", registry, "--cache", Cache), "the server answered 403");
        Assert.False(File.Exists(Path.Combine(Cache, "mine.safetensors")));

        Volatile.Write(ref isBack, true);
        Assert.Equal(0, (await CommandLineRun.Of("pull", "mine", "--registry", registry, "--cache", Cache)).ExitCode);
        Assert.Equal("bytes=1000-", server.Requests[^1].Header("Range"));
        Assert.Equal(content.Length, 1000 + server.Requests[^1].BytesSent);
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(Cache, "mine.safetensors"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_full_disk_ends_in_one_line_that_names_the_remedy()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's");
        using FileServer server = FileServer.Of(content);
        Directory.CreateDirectory(Cache);
        File.CreateSymbolicLink(Path.Combine(Cache, "mine.safetensors.part"), "/dev/full");
        CommandLineRun run = await CommandLineRun.Of("pull", "mine", "--registry", Registry(server, Hash), "--cache", Cache);
        AssertFailed(run, "mine.safetensors.part: the disk is full; free space, or choose another folder with --cache");
        Assert.False(File.Exists(Path.Combine(Cache, "mine.safetensors")));
    }

    private static void AssertFailed(CommandLineRun run, string said)
    {
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(said, Assert.Single(run.Error.Split('\n'), l => l.StartsWith("error: ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private string Hash => Convert.ToHexStringLower(SHA256.HashData(content));

    private string Registry(FileServer server, string? sha256) => Registry(server.Address, sha256);

    private string Registry(Uri address, string? sha256) => WriteRegistry(folder, address, sha256);

    /// <summary>Writes a registry of one model named "mine".</summary>
    internal static string WriteRegistry(TemporaryFolder folder, Uri address, string? sha256)
    {
        JsonObject entry = new()
        {
            ["name"] = "mine",
            ["architecture"] = "vit_b",
            ["file_name"] = "mine.safetensors",
            ["urls"] = new JsonArray(address + "m.safetensors"),
            ["sha256"] = sha256,
            ["licence"] = "MIT",
            ["source"] = "https://example.org/mine",
            ["description"] = "mine",
        };
        string path = folder.At("registry.json");
        File.WriteAllText(path, new JsonObject { ["format_version"] = 1, ["models"] = new JsonArray(entry) }.ToJsonString());
        return path;
    }
}
