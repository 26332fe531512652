using SamTune.Checkpoints.Registry;
using SamTune.Testing;

namespace SamTune.Checkpoints.Tests.Registry;

public sealed class CacheTests : IDisposable
{
    private readonly PullBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task What_is_there_is_checked_and_not_downloaded_again()
    {
        using FileServer server = FileServer.Of(bench.Content);
        RegistryEntry entry = bench.Entry(server);
        Assert.Null(bench.Cache.Find(entry));
        await bench.PullAsync(entry);
        PulledModel again = await bench.PullAsync(entry);
        Assert.True(again is { Verified: true, Downloaded: false });
        Assert.Single(server.Requests);
        Assert.Equal(again.Path, bench.Cache.Find(entry));
    }

    [Fact]
    public async Task A_damaged_file_is_told_and_force_mends_it()
    {
        using FileServer server = FileServer.Of(bench.Content);
        RegistryEntry entry = bench.Entry(server);
        byte[] damaged = [.. bench.Content];
        damaged[1000] ^= 1;
        Directory.CreateDirectory(bench.Cache.Folder);
        await File.WriteAllBytesAsync(bench.Cache.PathOf(entry), damaged, TestContext.Current.CancellationToken);
        string message = (await Assert.ThrowsAsync<CheckpointException>(() => bench.PullAsync(entry))).Message;
        Assert.Contains(PullBench.Hash(damaged), message, StringComparison.Ordinal);
        Assert.EndsWith("pass --force to download it again.", message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);

        bench.AssertWhole(await bench.PullAsync(entry, bench.Options with { Force = true }));
    }

    [Fact]
    public async Task A_failed_forced_download_leaves_the_old_file()
    {
        using FileServer server = new(r => ServedAnswer.File(r, r.Index == 0 ? bench.Content : PullBench.Bytes(seed: 2), "\"v1\""));
        RegistryEntry entry = bench.Entry(server);
        string path = (await bench.PullAsync(entry)).Path;
        await Assert.ThrowsAsync<CheckpointException>(() => bench.PullAsync(entry, bench.Options with { Force = true }));
        Assert.Equal(bench.Content, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Offline_nothing_is_asked_for()
    {
        using FileServer server = FileServer.Of(bench.Content);
        RegistryEntry entry = bench.Entry(server);
        DownloadOptions offline = bench.Options with { Offline = true };
        string message = await bench.RefusedAsync(entry, offline);
        Assert.Contains($"{bench.Cache.PathOf(entry)} does not exist, and offline nothing is downloaded", message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(bench.Cache.Folder));
        Assert.Empty(server.Requests);

        await bench.PullAsync(entry);
        PulledModel found = await bench.PullAsync(entry, offline);
        Assert.True(found is { Verified: true, Downloaded: false });
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Without_a_published_hash_the_first_download_is_what_later_ones_must_equal()
    {
        byte[] changed = PullBench.Bytes(seed: 2);
        using FileServer server = new(r => ServedAnswer.File(r, r.Index == 0 ? bench.Content : changed, $"\"{r.Index}\""));
        RegistryEntry entry = bench.Entry(server) with { Bytes = null, Sha256 = null };
        PulledModel first = await bench.PullAsync(entry);
        Assert.True(first is { Verified: false, Downloaded: true });
        string record = bench.Cache.PathOf(entry) + ".sha256";
        Assert.Equal($"{PullBench.Hash(bench.Content)}  tiny.pth\n", await File.ReadAllTextAsync(record, TestContext.Current.CancellationToken));

        DownloadOptions force = bench.Options with { Force = true };
        string message = (await Assert.ThrowsAsync<CheckpointException>(() => bench.PullAsync(entry, force))).Message;
        Assert.Contains("tiny.pth.sha256 recorded at the first download", message, StringComparison.Ordinal);
        Assert.Contains(PullBench.Hash(changed), message, StringComparison.Ordinal);
        Assert.Equal(bench.Content, await File.ReadAllBytesAsync(first.Path, TestContext.Current.CancellationToken));

        File.Delete(record);
        Assert.Equal(PullBench.Hash(changed), (await bench.PullAsync(entry, force)).Sha256);
        Assert.StartsWith(PullBench.Hash(changed), await File.ReadAllTextAsync(record, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_at_once_download_once_and_both_have_it()
    {
        using FileServer server = FileServer.Of(bench.Content);
        RegistryEntry entry = bench.Entry(server);
        List<DownloadProgress> waits = [];
        using ManualResetEventSlim secondWaits = new();
        Task<PulledModel>? second = null;
        // The first one holds the lock while it tells of its progress; the second one starts then.
        PullBench.Recorder progress = new([], _ =>
        {
            if (second == null)
            {
                second = bench.PullAsync(entry, progress: new PullBench.Recorder(waits, _ => secondWaits.Set()));
                secondWaits.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
            }
        });
        PulledModel one = await bench.PullAsync(entry, progress: progress), two = await second!;
        bench.AssertWhole(one);
        bench.AssertWhole(two);
        Assert.Equal((true, false), (one.Downloaded, two.Downloaded));
        Assert.Equal(DownloadPhase.Waiting, waits[0].Phase);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_mirror_stands_in_place_of_the_publisher_and_the_hash_decides()
    {
        using FileServer mirror = new(r => ServedAnswer.File(r, r.Index == 0 ? PullBench.Bytes(seed: 2) : bench.Content, $"\"{r.Index}\""));
        RegistryEntry entry = bench.Entry("https://publisher.invalid/models/tiny.pth?download=1");
        DownloadOptions options = bench.Options with { Mirror = new Uri(mirror.Address, "sam/") };
        Assert.Contains("SHA-256", await bench.RefusedAsync(entry, options), StringComparison.Ordinal);
        bench.AssertWhole(await bench.PullAsync(entry, options));
        Assert.All(mirror.Requests, r => Assert.Equal("/sam/models/tiny.pth?download=1", r.Target));
    }

    [Fact]
    public async Task A_proxy_is_asked_for_the_whole_address_with_its_password()
    {
        using FileServer proxy = new(r => r.Header("Proxy-Authorization") == null
            ? new ServedAnswer { Status = 407, Headers = [("Proxy-Authenticate", "Basic realm=\"here\"")] }
            : ServedAnswer.File(r, bench.Content, "\"v1\""));
        using HttpClient client = DownloadClient.Create(new Uri($"http://ann:s%40fe@127.0.0.1:{proxy.Address.Port}"));
        bench.AssertWhole(await bench.PullAsync(bench.Entry("http://publisher.invalid/tiny.pth"), via: client));
        Assert.Equal("http://publisher.invalid/tiny.pth", proxy.Requests[^1].Target);
        Assert.Equal("Basic " + Convert.ToBase64String("ann:s@fe"u8), proxy.Requests[^1].Header("Proxy-Authorization"));
        Assert.StartsWith("samtune/", proxy.Requests[^1].Header("User-Agent"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_folder_is_where_the_environment_says()
    {
        Assert.Equal("/a", ModelCache.FolderOf(name => name == "SAMTUNE_CACHE" ? "/a" : "/b"));
        Assert.SkipUnless(OperatingSystem.IsLinux(), "paths of Linux");
        Dictionary<string, string> set = new() { ["HOME"] = "/home/ann", ["XDG_CACHE_HOME"] = "/caches" };
        Assert.Equal("/caches/samtune", ModelCache.FolderOf(set.GetValueOrDefault));
        set["XDG_CACHE_HOME"] = "relative";
        Assert.Equal("/home/ann/.cache/samtune", ModelCache.FolderOf(set.GetValueOrDefault));
        Assert.Contains("set SAMTUNE_CACHE", Assert.Throws<CheckpointException>(() => ModelCache.FolderOf(_ => null)).Message, StringComparison.Ordinal);
    }
}
