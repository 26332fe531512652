namespace SamTune.Testing;

/// <summary>Files of the checkout that tests read.</summary>
public static class RepositoryFiles
{
    /// <summary>The folder that holds SamTune.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file or folder of the checkout by its path from the root.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A file of tests/goldens.</summary>
    public static string Golden(string name) => At("tests", "goldens", name);

    /// <summary>A file of data/mri.</summary>
    public static string Mri(string name) => At("data", "mri", name);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SamTune.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No SamTune.slnx above {AppContext.BaseDirectory}: tests run from inside a checkout.");
    }
}
