namespace SamTune.Checkpoints.Registry;

/// <summary>The folder that downloaded models lie in. A file has its final name only once it is whole and checked.</summary>
public sealed class ModelCache
{
    /// <summary>Names the folder; nothing is created.</summary>
    /// <param name="folder">The folder.</param>
    public ModelCache(string folder) => Folder = Path.GetFullPath(folder);

    /// <summary>Full path of the folder.</summary>
    public string Folder { get; }

    /// <summary>
    /// The folder that a user's environment asks for: SAMTUNE_CACHE, else the platform's place for caches (XDG_CACHE_HOME or ~/.cache on
    /// Linux, XDG Base Directory Specification; ~/Library/Caches on macOS; LOCALAPPDATA on Windows) with <c>samtune</c> in it.
    /// </summary>
    /// <param name="environment">Looks a variable up; null where it is not set.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="CheckpointException">The environment names no home folder.</exception>
    public static string FolderOf(Func<string, string?> environment)
    {
        if (Set("SAMTUNE_CACHE") is { } chosen)
        {
            return chosen;
        }

        if (OperatingSystem.IsWindows())
        {
            return Path.Combine(Set("LOCALAPPDATA") ?? throw NoHome("LOCALAPPDATA"), "samtune", "cache");
        }

        // The specification asks to ignore a relative path.
        if (Set("XDG_CACHE_HOME") is { } caches && Path.IsPathRooted(caches))
        {
            return Path.Combine(caches, "samtune");
        }

        string home = Set("HOME") ?? throw NoHome("HOME");
        return OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches", "samtune") : Path.Combine(home, ".cache", "samtune");

        string? Set(string name) => environment(name) is { Length: > 0 } value ? value : null;

        static CheckpointException NoHome(string name) => new($"the cache folder: {name} is not set, so there is no place for it; set SAMTUNE_CACHE or pass --cache.");
    }

    /// <summary>Where a model's file lies, or would lie.</summary>
    public string PathOf(RegistryEntry entry) => Path.Combine(Folder, entry.FileName);

    /// <summary>The model's file, if it is there with the size that the registry names. The content is checked when it is pulled.</summary>
    /// <param name="entry">The model.</param>
    /// <returns>The path, or null.</returns>
    public string? Find(RegistryEntry entry)
    {
        FileInfo file = new(PathOf(entry));
        return file.Exists && (entry.Bytes ?? file.Length) == file.Length ? file.FullName : null;
    }

    /// <summary>What has arrived of a file.</summary>
    internal string PartOf(RegistryEntry entry) => PathOf(entry) + ".part";

    /// <summary>Held open by whoever writes the file. It stays: removing it would let two processes hold locks on two files of one name.</summary>
    internal string LockOf(RegistryEntry entry) => Path.Combine(Folder, $".{entry.FileName}.lock");

    /// <summary>The hash found at the first download of a model that has none in the registry, as <c>sha256sum</c> writes it.</summary>
    internal string RecordOf(RegistryEntry entry) => PathOf(entry) + ".sha256";

    internal string? RecordedHash(RegistryEntry entry)
    {
        string path = RecordOf(entry);
        if (!File.Exists(path))
        {
            return null;
        }

        string text = File.ReadAllText(path).TrimStart();
        return text.Length >= 64 && text[..64].All(char.IsAsciiHexDigit)
            ? text[..64]
            : throw new CheckpointException($"{path}: holds no SHA-256; delete it to record the file's hash anew.");
    }

    internal void RecordHash(RegistryEntry entry, string sha256) => AtomicFile.WriteText(RecordOf(entry), $"{sha256}  {entry.FileName}\n");

    internal void Create()
    {
        try
        {
            Directory.CreateDirectory(Folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{Folder}: cannot be created ({exception.Message.TrimEnd('.')}); name a folder that you may write to with --cache.", exception);
        }
    }
}
