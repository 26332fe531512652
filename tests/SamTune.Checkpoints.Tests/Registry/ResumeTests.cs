using SamTune.Checkpoints.Registry;
using SamTune.Testing;

namespace SamTune.Checkpoints.Tests.Registry;

public sealed class ResumeTests : IDisposable
{
    private const int Cut = 300_000;

    private readonly PullBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_whole_download_is_checked_and_named()
    {
        using FileServer server = FileServer.Of(bench.Content);
        PulledModel model = await bench.PullAsync(bench.Entry(server));
        bench.AssertWhole(model);
        Assert.True(model is { Verified: true, Downloaded: true });
        Assert.Equal("/models/tiny.pth", Assert.Single(server.Requests).Target);
        DownloadProgress last = bench.Seen.Last(p => p.Phase == DownloadPhase.Downloading);
        Assert.Equal((bench.Content.Length, (long?)bench.Content.Length), (last.Bytes, last.TotalBytes));
        Assert.Equal(DownloadPhase.Verifying, bench.Seen[^1].Phase);
    }

    [Fact]
    public async Task What_was_cut_goes_on_where_it_stopped()
    {
        using FileServer server = new(r => ServedAnswer.File(r, bench.Content, "\"v1\"") with { CutAfter = r.Index == 0 ? Cut : null });
        bench.AssertWhole(await bench.PullAsync(bench.Entry(server)));
        Assert.Equal(2, server.Requests.Count);
        Assert.Null(server.Requests[0].Header("Range"));
        Assert.Equal(($"bytes={Cut}-", "\"v1\""), (server.Requests[1].Header("Range"), server.Requests[1].Header("If-Range")));
        Assert.Equal(bench.Content.Length, server.Requests.Sum(r => r.BytesSent));
        Assert.Contains(bench.Seen, p => p.Phase == DownloadPhase.Retrying && p.Note!.Contains($"{Cut} of {bench.Content.Length}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_next_run_goes_on_where_the_last_one_stopped()
    {
        using FileServer server = new(r => ServedAnswer.File(r, bench.Content, "\"v1\"") with { CutAfter = r.Index == 0 ? Cut : null });
        RegistryEntry entry = bench.Entry(server);
        string message = await bench.RefusedAsync(entry, bench.Options with { Attempts = 1 });
        Assert.Contains($"the {Cut} bytes that have arrived are kept", message, StringComparison.Ordinal);
        Assert.Equal(bench.Content[..Cut], await File.ReadAllBytesAsync(bench.Part, TestContext.Current.CancellationToken));

        bench.AssertWhole(await bench.PullAsync(entry));
        Assert.Equal($"bytes={Cut}-", server.Requests[1].Header("Range"));
        Assert.Equal(bench.Content.Length, server.Requests.Sum(r => r.BytesSent));
    }

    [Fact]
    public async Task A_download_that_moves_forward_may_break_often()
    {
        using FileServer server = new(r =>
        {
            ServedAnswer whole = ServedAnswer.File(r, bench.Content, "\"v1\"");
            return whole with { CutAfter = Math.Min(whole.Body.Length, 100_000) };
        });
        bench.AssertWhole(await bench.PullAsync(bench.Entry(server), bench.Options with { Attempts = 2 }));
        Assert.Equal(8, server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_knows_no_ranges_sends_it_all_again()
    {
        using FileServer server = new(r => new ServedAnswer { Body = bench.Content, Headers = [("ETag", "\"v1\"")], CutAfter = r.Index == 0 ? Cut : null });
        bench.AssertWhole(await bench.PullAsync(bench.Entry(server)));
        Assert.Equal($"bytes={Cut}-", server.Requests[1].Header("Range"));
    }

    [Fact]
    public async Task A_server_that_knows_no_ranges_and_always_breaks_is_given_up()
    {
        using FileServer server = new(_ => new ServedAnswer { Body = bench.Content, Headers = [("ETag", "\"v1\"")], CutAfter = Cut });
        string message = await bench.RefusedAsync(bench.Entry(server));
        Assert.Contains("given up after 3 attempts", message, StringComparison.Ordinal);
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("W/\"v1\"")]
    public async Task Without_a_strong_tag_it_starts_again(string? tag)
    {
        using FileServer server = new(r => new ServedAnswer { Body = bench.Content, Headers = tag == null ? [] : [("ETag", tag)], CutAfter = r.Index == 0 ? Cut : null });
        bench.AssertWhole(await bench.PullAsync(bench.Entry(server)));
        Assert.All(server.Requests, r => Assert.Null(r.Header("Range")));
    }

    [Fact]
    public async Task The_date_of_the_last_change_stands_in_for_a_tag()
    {
        const string Date = "Wed, 05 Apr 2023 10:00:00 GMT";
        using FileServer server = new(r => ServedAnswer.File(r, bench.Content, Date) with
        {
            Headers = [("Last-Modified", Date), .. ServedAnswer.File(r, bench.Content, Date).Headers.Where(h => h.Name == "Content-Range")],
            CutAfter = r.Index == 0 ? Cut : null,
        });
        bench.AssertWhole(await bench.PullAsync(bench.Entry(server)));
        Assert.Equal(($"bytes={Cut}-", Date), (server.Requests[1].Header("Range"), server.Requests[1].Header("If-Range")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_changed_in_between_starts_again(bool serverKnowsIfRange)
    {
        byte[] old = PullBench.Bytes(seed: 2);
        using FileServer server = new(r => r.Index switch
        {
            0 => ServedAnswer.File(r, old, "\"old\"") with { CutAfter = Cut },
            1 when !serverKnowsIfRange => ServedAnswer.File(new ServedRequest(1, r.Target, new Dictionary<string, string> { ["Range"] = r.Header("Range")! }), bench.Content, "\"new\""),
            _ => ServedAnswer.File(r, bench.Content, "\"new\""),
        });
        bench.AssertWhole(await bench.PullAsync(bench.Entry(server)));
        Assert.Equal("\"old\"", server.Requests[1].Header("If-Range"));
        Assert.Equal(serverKnowsIfRange ? 2 : 3, server.Requests.Count);
    }

    [Fact]
    public async Task A_part_that_is_whole_already_is_only_checked()
    {
        using FileServer server = FileServer.Of(bench.Content);
        Directory.CreateDirectory(bench.Cache.Folder);
        await File.WriteAllBytesAsync(bench.Part, bench.Content, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(bench.Part + ".tag", "\"v1\"", TestContext.Current.CancellationToken);
        bench.AssertWhole(await bench.PullAsync(bench.Entry(server)));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Silence_is_a_lost_connection()
    {
        using FileServer server = new(r => ServedAnswer.File(r, bench.Content, "\"v1\"") with { CutAfter = r.Index == 0 ? Cut : null, Silent = r.Index == 0 });
        bench.AssertWhole(await bench.PullAsync(bench.Entry(server), bench.Options with { SilenceLimit = TimeSpan.FromMilliseconds(300) }));
        Assert.Equal($"bytes={Cut}-", server.Requests[1].Header("Range"));
    }

    [Fact]
    public async Task Stopping_keeps_what_has_arrived()
    {
        using FileServer server = new(r => ServedAnswer.File(r, bench.Content, "\"v1\"") with { CutAfter = r.Index == 0 ? Cut : null, Silent = r.Index == 0 });
        RegistryEntry entry = bench.Entry(server);
        using CancellationTokenSource stop = new();
        PullBench.Recorder progress = new([], p =>
        {
            if (p.Bytes == Cut)
            {
                stop.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.PullAsync(entry, progress: progress, cancel: stop.Token));
        Assert.Equal(bench.Content[..Cut], await File.ReadAllBytesAsync(bench.Part, TestContext.Current.CancellationToken));
        Assert.False(File.Exists(bench.Cache.PathOf(entry)));

        bench.AssertWhole(await bench.PullAsync(entry));
        Assert.Equal(bench.Content.Length, server.Requests.Sum(r => r.BytesSent));
    }
}
