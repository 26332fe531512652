using SamTune.Checkpoints.Registry;
using SamTune.Testing;

namespace SamTune.Checkpoints.Tests.Registry;

public sealed class RefusalTests : IDisposable
{
    private readonly PullBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Another_content_is_removed_and_both_hashes_are_named()
    {
        byte[] other = PullBench.Bytes(seed: 2);
        using FileServer server = FileServer.Of(other);
        string message = await bench.RefusedAsync(bench.Entry(server));
        Assert.Contains(PullBench.Hash(other), message, StringComparison.Ordinal);
        Assert.Contains(PullBench.Hash(bench.Content), message, StringComparison.Ordinal);
        Assert.False(File.Exists(bench.Part));
        Assert.False(File.Exists(bench.Part + ".tag"));
    }

    [Fact]
    public async Task Another_size_is_refused_before_a_byte_is_written()
    {
        using FileServer server = FileServer.Of(bench.Content[..500_000]);
        string message = await bench.RefusedAsync(bench.Entry(server));
        Assert.Contains($"offers 500000 bytes, needed are {bench.Content.Length}", message, StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(bench.Part).Length);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_hostile_length_is_refused_before_a_byte_is_written()
    {
        using FileServer server = new(_ => new ServedAnswer { Body = bench.Content, DeclaredLength = long.MaxValue });
        string message = await bench.RefusedAsync(bench.Entry(server) with { Bytes = null, Sha256 = null });
        Assert.Contains($"offers {long.MaxValue} bytes", message, StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(bench.Part).Length);
    }

    [Fact]
    public async Task A_body_without_a_length_may_not_outgrow_the_file()
    {
        using FileServer server = new(_ => new ServedAnswer { Body = [.. bench.Content, .. bench.Content], DeclaredLength = -1 });
        Assert.Contains("sends more than the", await bench.RefusedAsync(bench.Entry(server)), StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(bench.Part).Length);
    }

    [Fact]
    public async Task A_body_without_a_length_that_ends_early_is_no_whole_file()
    {
        using FileServer server = new(_ => new ServedAnswer { Body = bench.Content, DeclaredLength = -1, CutAfter = 1000 });
        Assert.Contains($"ended after 1000 of {bench.Content.Length} bytes", await bench.RefusedAsync(bench.Entry(server)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    public async Task What_is_not_there_is_asked_for_once(int status)
    {
        using FileServer server = new(_ => new ServedAnswer { Status = status });
        string message = await bench.RefusedAsync(bench.Entry(server));
        Assert.Contains($"{server.Address}models/tiny.pth: the server answered {status}", message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_server_in_trouble_is_asked_again(int status)
    {
        using FileServer server = new(r => r.Index < 2 ? new ServedAnswer { Status = status } : ServedAnswer.File(r, bench.Content, "\"v1\""));
        bench.AssertWhole(await bench.PullAsync(bench.Entry(server)));
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal(2, bench.Seen.Count(p => p.Phase == DownloadPhase.Retrying));
    }

    [Fact]
    public async Task A_server_that_stays_in_trouble_is_given_up()
    {
        using FileServer server = new(_ => new ServedAnswer { Status = 500 });
        Assert.Contains("answered 500 Answer; given up after 3 attempts", await bench.RefusedAsync(bench.Entry(server)), StringComparison.Ordinal);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Nobody_listening_is_told_with_the_address()
    {
        Uri address;
        using (FileServer gone = FileServer.Of([]))
        {
            address = gone.Address;
        }

        string message = await bench.RefusedAsync(bench.Entry(address + "tiny.pth"));
        Assert.Contains($"{address}tiny.pth: ", message, StringComparison.Ordinal);
        Assert.Contains("check the network and --proxy", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_followed()
    {
        using FileServer target = FileServer.Of(bench.Content);
        using FileServer server = new(_ => new ServedAnswer { Status = 302, Headers = [("Location", target.Address + "elsewhere")] });
        bench.AssertWhole(await bench.PullAsync(bench.Entry(server)));
        Assert.Equal("/elsewhere", Assert.Single(target.Requests).Target);
    }

    [Fact]
    public async Task The_next_address_is_tried_when_one_fails()
    {
        using FileServer missing = new(_ => new ServedAnswer { Status = 404 });
        using FileServer wrong = FileServer.Of(PullBench.Bytes(seed: 2));
        using FileServer right = FileServer.Of(bench.Content);
        bench.AssertWhole(await bench.PullAsync(bench.Entry(missing.Address + "a", wrong.Address + "b", right.Address + "c")));
        Assert.Null(Assert.Single(right.Requests).Header("Range"));
    }

    [Fact]
    public async Task A_disk_that_is_too_small_is_told_before_a_byte_is_written()
    {
        using FileServer server = FileServer.Of(bench.Content);
        string message = await bench.RefusedAsync(bench.Entry(server), freeSpace: _ => 1000);
        Assert.Contains($"has 1000 bytes free at {bench.Cache.Folder}, needed are {bench.Content.Length}", message, StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(bench.Part).Length);
    }

    [Fact]
    public async Task Only_the_rest_of_a_part_needs_space()
    {
        using FileServer server = new(r => ServedAnswer.File(r, bench.Content, "\"v1\"") with { CutAfter = r.Index == 0 ? 700_000 : null });
        bench.AssertWhole(await bench.PullAsync(bench.Entry(server), freeSpace: _ => server.Requests.Count < 2 ? 1_000_000 : 1));
    }

    [Fact]
    public async Task A_disk_that_fills_up_while_writing_is_one_line()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's");
        using FileServer server = FileServer.Of(bench.Content);
        Directory.CreateDirectory(bench.Cache.Folder);
        File.CreateSymbolicLink(bench.Part, "/dev/full");
        string message = await bench.RefusedAsync(bench.Entry(server));
        Assert.Contains($"{bench.Part}: the disk is full; free space, or choose another folder with --cache", message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_file_in_the_folders_place_is_one_line()
    {
        await File.WriteAllTextAsync(bench.Cache.Folder, "", TestContext.Current.CancellationToken);
        Assert.StartsWith($"{bench.Cache.Folder}: cannot be created", await bench.RefusedAsync(bench.Entry("http://127.0.0.1:1/x")), StringComparison.Ordinal);
    }
}
