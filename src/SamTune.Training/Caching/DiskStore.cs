using static TorchSharp.torch;

namespace SamTune.Training.Caching;

/// <summary>
/// Activations in a folder that runs and processes share: one file each, named by its key, written under another name and renamed. Readers therefore see whole entries or none. Where
/// the limit is reached, entries that this run has not used make room, the longest unused first; what the run uses itself stays, for each entry comes again only in the next epoch. The limit holds for all
/// processes together: their common size stands in a file that is locked while one of them writes. A folder that cannot be written or read ends no run: it goes on without keeping, and <see cref="Problem"/> says why.
/// </summary>
internal sealed class DiskStore : IActivationStore
{
    private const string Extension = ".activation";

    private const string SizeFile = "size";

    // A file that is still being written is younger; older ones are of a process that died.
    private static readonly TimeSpan s_abandoned = TimeSpan.FromDays(1);

    private readonly string _folder;
    private readonly long _limit;
    private readonly TimeProvider _time;
    private readonly HashSet<string> _used = [];
    private bool _isCounted;
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

    public string? Problem { get; private set; }

    public Tensor? Find(string key)
    {
        string path = PathOf(key);
        try
        {
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
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Note(path, "read", exception);
            return null;
        }
    }

    public void Keep(string key, Tensor activation)
    {
        long size = EntryFile.SizeOf(activation);
        if (_isFull || Problem is not null || size > _limit)
        {
            return;
        }

        string path = PathOf(key);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using SharedSize? shared = SharedSize.Open(Path.Combine(_folder, SizeFile));
            if (shared is not null)
            {
                Keep(shared, path, key, activation, size);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Note(path, "written", exception);
        }
    }

    public void Dispose()
    {
    }

    // The first digits make folders of a size that every file system and tool is comfortable with.
    internal string PathOf(string key) => Path.Combine(_folder, key[..2], key + Extension);

    private void Keep(SharedSize shared, string path, string key, Tensor activation, long size)
    {
        // Counted once a run, as somebody may have deleted files by hand, and wherever room is needed.
        long taken = (_isCounted ? shared.Read() : null) ?? Entries().Sum(e => e.Bytes);
        _isCounted = true;

        // An entry that is damaged, or that another process has written meanwhile, is replaced.
        if (new FileInfo(path) is { Exists: true } old)
        {
            taken -= old.Length;
            old.Delete();
        }

        if (taken + size > _limit)
        {
            taken = MakeRoom(size);
        }

        _isFull = taken + size > _limit;

        // Noted before it is written: what a process leaves that dies in between is counted too much, and the next count mends it.
        shared.Write(_isFull ? taken : taken + size);
        if (!_isFull)
        {
            EntryFile.Write(path, key, activation);
            _used.Add(key);
        }
    }

    // Bytes that are taken after entries of others have made room.
    private long MakeRoom(long needed)
    {
        List<(string Path, string Key, long Bytes, DateTime Used)> entries = Entries();
        long total = entries.Sum(e => e.Bytes);
        foreach ((string path, _, long bytes, _) in entries.Where(e => !_used.Contains(e.Key)).OrderBy(e => e.Used))
        {
            if (total + needed <= _limit)
            {
                break;
            }

            File.Delete(path);
            total -= bytes;
        }

        return total;
    }

    private List<(string Path, string Key, long Bytes, DateTime Used)> Entries()
    {
        var entries = new List<(string Path, string Key, long Bytes, DateTime Used)>();
        var everywhere = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 };
        foreach (FileInfo file in new DirectoryInfo(_folder).EnumerateFiles("*", everywhere))
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
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Gone meanwhile, or an abandoned file of another user, who will remove it.
            }
        }

        return entries;
    }

    // One warning a run: the next entries would meet the same.
    private void Note(string path, string what, Exception exception) => Problem ??=
        $"{path}: cannot be {what} ({exception.Message.TrimEnd('.')}); the run goes on and keeps no more activations. A folder with space and write access after --cache makes it faster.";

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
