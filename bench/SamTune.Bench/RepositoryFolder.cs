namespace SamTune.Bench;

/// <summary>The checkout that the bench was built in.</summary>
internal static class RepositoryFolder
{
    /// <summary>A file or folder of it.</summary>
    /// <param name="parts">The path below its root.</param>
    public static string At(params string[] parts)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SamTune.slnx")))
        {
            folder = folder.Parent;
        }

        return folder is null ? throw new InvalidOperationException("The bench reads files of the checkout that it was built in.") : Path.Combine([folder.FullName, .. parts]);
    }
}
