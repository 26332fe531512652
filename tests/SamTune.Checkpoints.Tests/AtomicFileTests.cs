using SamTune.Testing;

namespace SamTune.Checkpoints.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_write_replaces_the_old_content()
    {
        AtomicFile.WriteText(folder.At("a.txt"), "old");
        AtomicFile.WriteText(folder.At("a.txt"), "new ä");
        Assert.Equal("new ä", File.ReadAllText(folder.At("a.txt")));
        Assert.Single(Directory.GetFileSystemEntries(folder.FullPath));
    }

    [Fact]
    public void A_write_that_fails_keeps_the_old_content_and_leaves_nothing_else()
    {
        AtomicFile.WriteText(folder.At("a.txt"), "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(folder.At("a.txt"), static stream =>
        {
            stream.Write(new byte[1000]);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(folder.At("a.txt")));
        Assert.Single(Directory.GetFileSystemEntries(folder.FullPath));
    }

    [Fact]
    public void Until_it_is_complete_nothing_appears_under_the_name()
    {
        AtomicFile.Write(folder.At("a.txt"), stream =>
        {
            stream.WriteByte(1);
            stream.Flush();
            Assert.False(File.Exists(folder.At("a.txt")));
        });
        Assert.True(File.Exists(folder.At("a.txt")));
    }

    [Fact]
    public void A_full_disk_is_reported_in_one_line()
    {
        string message = Assert.Throws<CheckpointException>(() =>
            AtomicFile.Write(folder.At("a.txt"), static _ => throw new IOException("No space left on device.\nReally."))).Message;
        Assert.Contains("a.txt: cannot be written (No space left on device.", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullPath));
    }

    [Fact]
    public void Folders_that_are_missing_or_in_the_way_are_named()
    {
        Assert.Contains("there is no folder", Refused(folder.At("missing", "a.txt")), StringComparison.Ordinal);
        Assert.Contains("is a folder", Refused(folder.FullPath), StringComparison.Ordinal);
        Assert.Contains("is a folder", Refused(Path.GetPathRoot(folder.FullPath)!), StringComparison.Ordinal);
        Assert.Contains("is no path", Refused(string.Empty), StringComparison.Ordinal);
        Assert.Contains("is no path", Refused("a\0b"), StringComparison.Ordinal);
        File.WriteAllText(folder.At("file"), "x");
        Assert.Contains("there is no folder", Refused(folder.At("file", "a.txt")), StringComparison.Ordinal);

        static string Refused(string path) => Assert.Throws<CheckpointException>(() => AtomicFile.WriteText(path, "x")).Message;
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        // Nobody, not even root, creates files in /proc; elsewhere a name that is too long does.
        string path = OperatingSystem.IsLinux() ? "/proc/a.txt" : folder.At(new string('a', 300));
        Assert.Contains($"{path}: cannot be written", Assert.Throws<CheckpointException>(() => AtomicFile.WriteText(path, "x")).Message, StringComparison.Ordinal);
    }
}
