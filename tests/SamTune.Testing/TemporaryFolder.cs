namespace SamTune.Testing;

/// <summary>A folder of a test's own, deleted with everything in it when disposed.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Full path of the folder.</summary>
    public string FullPath { get; } = Directory.CreateTempSubdirectory("samtune-test-").FullName;

    /// <summary>A path inside the folder; nothing is created.</summary>
    public string At(params string[] parts) => Path.Combine([FullPath, .. parts]);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
