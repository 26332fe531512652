using SamTune.Imaging;
using static TorchSharp.torch;

namespace SamTune.Training.Caching;

/// <summary>
/// Activations in a folder that runs and processes share: one file each, named by its key, written under another name and renamed. Readers therefore see whole entries or none. Where
/// the limit is reached, entries that this run has not used make room, the longest unused first; what the run uses itself stays, for each entry comes again only in the next epoch.
/// </summary>
internal sealed class DiskStore : IActivationStore
{
    private const string Extension = ".activation";

    // Other processes write as well; the true size is looked up again after so many entries.
    private const int EntriesBetweenCounts = 16;

    // A file that is still being written is younger; older ones are of a process that died.
    private static readonly TimeSpan s_abandoned = TimeSpan.FromDays(1);

    private readonly string _folder;
    private readonly long _limit;
    private readonly TimeProvider _time;
    private readonly HashSet<string> _used = [];
    private long _bytes;
    private int _written;
    private bool _isFull;

    /// <summary>Opens the folder; it is created with the first entry.</summary>
    /// <param name="folder">The folder; entries lie in "activations" within it.</param>
    /// <param name="limitBytes">Bytes of all entries at most.</param>
    /// <param name="time">When entries are used.</param>
    public DiskStore(string folder, long limitBytes, TimeProvider time)
    {
        _folder = Path.Combine(Path.GetFullPath(folder), "activations");
        _limit = limitBytes;
        _time = time;
    }

    public long Damaged { get; private set; }

    public Tensor? Find(string key)
    {
        string path = PathOf(key);
        if (!EntryFile.TryRead(path, key, out Tensor? activation))
        {
            Damaged++;
            return null;
        }

        if (activation is not null)
        {
            _used.Add(key);
            Touch(path);
        }

        return activation;
    }

    public void Keep(string key, Tensor activation)
    {
        long size = EntryFile.SizeOf(activation);
        if (_isFull || size > _limit)
        {
            return;
        }

        if (_written++ % EntriesBetweenCounts == 0 || _bytes + size > _limit)
        {
            _bytes = MakeRoom(size);
            _isFull = _bytes + size > _limit;
        }

        if (!_isFull)
        {
            EntryFile.Write(PathOf(key), key, activation);
            _bytes += size;
            _used.Add(key);
        }
    }

    public void Dispose()
    {
    }

    // The first digits make folders of a size that every file system and tool is comfortable with.
    internal string PathOf(string key) => Path.Combine(_folder, key[..2], key + Extension);

    // Bytes that are taken after entries of others have made room.
    private long MakeRoom(long needed)
    {
        if (!Directory.Exists(_folder))
        {
            return 0;
        }

        var entries = new List<(string Path, string Key, long Bytes, DateTime Used)>();
        foreach (FileInfo file in new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            try
            {
                if (file.Extension == Extension)
                {
                    entries.Add((file.FullName, Path.GetFileNameWithoutExtension(file.Name), file.Length, file.LastWriteTimeUtc));
                }
                else if (file.Extension == ".tmp" && _time.GetUtcNow().UtcDateTime - file.LastWriteTimeUtc > s_abandoned)
                {
                    file.Delete();
                }
            }
            catch (FileNotFoundException)
            {
                // Another process evicted or renamed it meanwhile.
            }
        }

        long total = entries.Sum(e => e.Bytes);
        foreach ((string path, _, long bytes, _) in entries.Where(e => !_used.Contains(e.Key)).OrderBy(e => e.Used))
        {
            if (total + needed <= _limit)
            {
                break;
            }

            Delete(path);
            total -= bytes;
        }

        return total;
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be removed to make room ({exception.Message.TrimEnd('.')}); name a folder that you may write to with --cache.", exception);
        }
    }

    private void Touch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Evicted meanwhile, or of another user: the entry was read, only the order of eviction is not told.
        }
    }
}
