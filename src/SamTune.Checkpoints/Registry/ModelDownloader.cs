using System.Security.Cryptography;
using SamTune.Checkpoints.Formats;

namespace SamTune.Checkpoints.Registry;

/// <summary>
/// Brings models into the cache. A download that stops, for whatever reason, leaves its part and goes on from there next time; the file gets its name
/// only once its size and SHA-256 are right. Several processes may pull the same model: one downloads, the others wait.
/// </summary>
public sealed class ModelDownloader
{
    private const int HashBufferBytes = 1 << 20;

    private readonly HttpClient client;
    private readonly ModelCache cache;
    private readonly DownloadOptions options;
    private readonly Func<string, long?> freeSpace;

    /// <summary>Creates a downloader.</summary>
    /// <param name="client">Used and not disposed; see <see cref="DownloadClient"/>.</param>
    /// <param name="cache">Where the files go.</param>
    /// <param name="options">How to download.</param>
    /// <param name="freeSpace">Bytes that are free in a folder, null where nobody knows; null for the system's answer.</param>
    /// <exception cref="ArgumentException">An option cannot be used.</exception>
    public ModelDownloader(HttpClient client, ModelCache cache, DownloadOptions options, Func<string, long?>? freeSpace = null)
    {
        options.Validate();
        this.client = client;
        this.cache = cache;
        this.options = options;
        this.freeSpace = freeSpace ?? FreeSpace;
    }

    /// <summary>Makes sure that a model is in the cache and whole; downloads it where it is not.</summary>
    /// <param name="entry">The model.</param>
    /// <param name="progress">Told of every step; null for nobody.</param>
    /// <param name="cancellationToken">Stops; what has arrived is kept.</param>
    /// <returns>The file.</returns>
    /// <exception cref="CheckpointException">It cannot be had: not found, interrupted too often, of the wrong size or content, no space, or not in the cache and offline.</exception>
    public async Task<PulledModel> PullAsync(RegistryEntry entry, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        string path = cache.PathOf(entry);
        if (options.Offline)
        {
            return File.Exists(path)
                ? await CheckAsync(entry, path, progress, cancellationToken)
                : throw new CheckpointException($"{entry.Name}: {Printable.Escape(path)} does not exist, and offline nothing is downloaded; copy the file there, or pull it without --offline.");
        }

        cache.Create();
        void Waiting() => progress?.Report(new DownloadProgress(entry.Name, DownloadPhase.Waiting, 0, entry.Bytes));
        using IDisposable alone = await DownloadLock.AcquireAsync(cache.LockOf(entry), Waiting, cancellationToken);
        if (File.Exists(path) && !options.Force)
        {
            return await CheckAsync(entry, path, progress, cancellationToken);
        }

        string part = cache.PartOf(entry);
        List<string> reasons = [];
        foreach (Uri address in entry.Urls.Select(Address))
        {
            string? reason = await FetchAsync(entry, address, part, progress, cancellationToken);
            if (reason == null)
            {
                string sha256 = await HashAsync(entry, part, progress, cancellationToken);
                reason = Fault(entry, part, sha256);
                if (reason == null)
                {
                    File.Move(part, path, overwrite: true);
                    PartFile.Delete(part);
                    return Done(entry, path, sha256, downloaded: true);
                }

                PartFile.Delete(part);
                reason += "; the download was removed";
            }

            reasons.Add(reason);
        }

        throw new CheckpointException($"{entry.Name}: {string.Join("; ", reasons)}.");
    }

    private async Task<string?> FetchAsync(RegistryEntry entry, Uri address, string path, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        using PartFile part = new(path);
        string? reason = await new Transfer(client, options, freeSpace, entry, progress).RunAsync(address, part, cancellationToken);
        part.Flush();
        return reason;
    }

    /// <summary>A file that was there before.</summary>
    private async Task<PulledModel> CheckAsync(RegistryEntry entry, string path, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        string sha256 = await HashAsync(entry, path, progress, cancellationToken);
        return Fault(entry, path, sha256) is { } fault
            ? throw new CheckpointException($"{entry.Name}: {fault}; pass --force to download it again.")
            : Done(entry, path, sha256, downloaded: false);
    }

    /// <summary>What is wrong with a file, or null.</summary>
    private string? Fault(RegistryEntry entry, string path, string sha256)
    {
        long bytes = new FileInfo(path).Length;
        if (bytes != (entry.Bytes ?? bytes))
        {
            return $"{Printable.Escape(path)} has {bytes} bytes, needed are {entry.Bytes}";
        }

        string? needed = entry.Sha256 ?? cache.RecordedHash(entry);
        if (sha256.Equals(needed ?? sha256, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string remedy = entry.Sha256 == null ? $" as {Path.GetFileName(cache.RecordOf(entry))} recorded at the first download (delete that file if the publisher has changed the model)" : "";
        return $"{Printable.Escape(path)} has the SHA-256 {sha256}, needed is {needed}{remedy}";
    }

    private PulledModel Done(RegistryEntry entry, string path, string sha256, bool downloaded)
    {
        if (entry.Sha256 == null && cache.RecordedHash(entry) == null)
        {
            cache.RecordHash(entry, sha256);
        }

        return new PulledModel(entry, path, new FileInfo(path).Length, sha256, Verified: entry.Sha256 != null, downloaded);
    }

    private static async Task<string> HashAsync(RegistryEntry entry, string path, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        await using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[HashBufferBytes];
        long done = 0;
        while (await stream.ReadAsync(buffer, cancellationToken) is int read and > 0)
        {
            hash.AppendData(buffer, 0, read);
            done += read;
            progress?.Report(new DownloadProgress(entry.Name, DownloadPhase.Verifying, done, stream.Length));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private Uri Address(string url)
    {
        Uri source = new(url);
        return options.Mirror is { } mirror ? new Uri(mirror.GetLeftPart(UriPartial.Path).TrimEnd('/') + source.PathAndQuery) : source;
    }

    private static long? FreeSpace(string folder)
    {
        try
        {
            // Windows knows free space by drive, other systems by any folder on it.
            return new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A share without a drive letter: a full disk then shows while writing.
            return null;
        }
    }
}
