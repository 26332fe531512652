using System.Security.Cryptography;
using SamTune.Checkpoints.Registry;
using SamTune.Testing;

namespace SamTune.Checkpoints.Tests.Registry;

/// <summary>A cache of a test's own, a file to download, and a client that asks no proxy.</summary>
internal sealed class PullBench : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false });

    public PullBench() => Cache = new ModelCache(folder.At("cache"));

    public ModelCache Cache { get; }

    /// <summary>What the publisher has.</summary>
    public byte[] Content { get; } = Bytes(seed: 1);

    /// <summary>Quick attempts.</summary>
    public DownloadOptions Options { get; init; } = new() { FirstPause = TimeSpan.FromMilliseconds(1), Attempts = 3 };

    public List<DownloadProgress> Seen { get; } = [];

    public string Part => Cache.PathOf(Entry()) + ".part";

    public static byte[] Bytes(int seed)
    {
        byte[] bytes = new byte[700_001];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>The file's entry, with size and hash as published.</summary>
    public RegistryEntry Entry(params string[] urls) => new()
    {
        Name = "tiny",
        Architecture = "vit_b",
        FileName = "tiny.pth",
        Urls = urls,
        Bytes = Content.Length,
        Sha256 = Hash(Content),
        Licence = "Apache-2.0",
        Source = "https://example.org/tiny",
        Description = "for tests",
    };

    public RegistryEntry Entry(FileServer server) => Entry(server.Address + "models/tiny.pth");

    public Task<PulledModel> PullAsync(RegistryEntry entry, DownloadOptions? options = null, Func<string, long?>? freeSpace = null, HttpClient? via = null, IProgress<DownloadProgress>? progress = null, CancellationToken? cancel = null) =>
        new ModelDownloader(via ?? client, Cache, options ?? Options, freeSpace).PullAsync(entry, progress ?? new Recorder(Seen), cancel ?? TestContext.Current.CancellationToken);

    /// <summary>Asserts that the pull fails in one line that says certain things, and that no file has the model's name.</summary>
    public async Task<string> RefusedAsync(RegistryEntry entry, DownloadOptions? options = null, Func<string, long?>? freeSpace = null)
    {
        string message = (await Assert.ThrowsAsync<CheckpointException>(() => PullAsync(entry, options, freeSpace))).Message;
        Assert.DoesNotContain('\n', message);
        Assert.False(File.Exists(Cache.PathOf(entry)));
        return message;
    }

    public void AssertWhole(PulledModel model)
    {
        Assert.Equal(Content, File.ReadAllBytes(model.Path));
        Assert.Equal(Cache.PathOf(model.Entry), model.Path);
        Assert.Equal(Hash(Content), model.Sha256);
        Assert.False(File.Exists(Part));
        Assert.False(File.Exists(Part + ".tag"));
    }

    public void Dispose()
    {
        client.Dispose();
        folder.Dispose();
    }

    /// <summary>Progress without a thread of its own: <see cref="Progress{T}"/> reports later.</summary>
    internal sealed class Recorder(List<DownloadProgress> seen, Action<DownloadProgress>? then = null) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            seen.Add(value);
            then?.Invoke(value);
        }
    }
}
