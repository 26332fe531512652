using SamTune.Imaging;

namespace SamTune.Data.Datasets;

/// <summary>Paths that stand in files from elsewhere.</summary>
internal static class RelativeFiles
{
    /// <summary>The full path of a file that another one names.</summary>
    /// <param name="source">File (and place) that names it, for the message.</param>
    /// <param name="folder">Folder that it must lie in.</param>
    /// <param name="name">Relative path with forward or backward slashes.</param>
    /// <exception cref="InputException">The path is empty, absolute or leads out of the folder.</exception>
    public static string Inside(string source, string folder, string? name)
    {
        string[] parts = (name ?? "").Split('/', '\\');
        if (string.IsNullOrWhiteSpace(name) || name.Contains('\0') || Path.IsPathRooted(name) || parts.Any(p => p is "..") || parts[0].Contains(':'))
            throw new InputException($"{source}: the file name '{name?.Replace('\0', '?')}' is not a relative path inside {folder}; name files relative to it.");
        return Path.Combine(folder, Path.Combine(parts));
    }
}
