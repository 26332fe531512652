using System.Text;
using SamTune.Testing;
using static SamTune.Checkpoints.Tests.CheckpointTestData;

namespace SamTune.Checkpoints.Tests;

public sealed class FormatRecognitionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_content_decides_and_not_the_extension()
    {
        foreach (string file in TinyVariants)
        {
            string path = folder.At("weights.bin");
            File.Copy(RepositoryFiles.Golden(file), path, overwrite: true);
            using Checkpoint expected = Checkpoint.Open(RepositoryFiles.Golden(file));
            using Checkpoint actual = Checkpoint.Open(path);
            Assert.Equal(expected.Format, actual.Format);
        }
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n", "run 'git lfs pull'")]
    [InlineData("<!DOCTYPE html><html>", "is a web page")]
    [InlineData("hello, world, this is text", "is no checkpoint (it begins with the bytes 68656C6C6F2C2077)")]
    [InlineData("PK", "is a damaged zip")]
    [InlineData("PK\u0003\u0004 and something else that is long enough", "is a damaged zip")]
    public void Other_files_are_refused_by_what_they_are(string content, string message)
    {
        string path = folder.At("model.pth");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(content));
        Assert.Contains(message, Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plain_pickle_is_refused()
    {
        string path = folder.At("model.pkl");
        File.WriteAllBytes(path, new PickleAssembler().Op("}").Finish());
        Assert.Contains("is a plain pickle", Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_files_and_folders_without_a_model_are_refused()
    {
        Assert.Contains("nothing.pth: there is no such file", Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.At("nothing.pth"))).Message, StringComparison.Ordinal);
        Assert.Contains("the folder holds no model.safetensors", Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.FullPath)).Message, StringComparison.Ordinal);
        Assert.Throws<CheckpointException>(() => Checkpoint.Open(string.Empty));
        Assert.Throws<CheckpointException>(() => Checkpoint.Open("a\0b"));
    }

    [Fact]
    public void A_file_is_closed_when_it_is_refused()
    {
        string path = folder.At("model.pth");
        File.WriteAllText(path, "no checkpoint at all");
        Refusal(path);
        using FileStream exclusive = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Equal(20, exclusive.Length);
    }
}
