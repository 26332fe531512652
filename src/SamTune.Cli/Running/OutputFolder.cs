using SamTune.Imaging;

namespace SamTune.Cli.Running;

/// <summary>The folder of <c>--out</c>.</summary>
internal static class OutputFolder
{
    /// <summary>Creates the folder where it is missing; called when nothing else can go wrong any more.</summary>
    /// <exception cref="InputException">It cannot be created or written to.</exception>
    public static void Create(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            string probe = Path.Combine(path, $".{Guid.NewGuid():N}.tmp");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be written ({exception.Message.TrimEnd('.')}); name a folder that you may write to after --out.", exception);
        }
    }
}
