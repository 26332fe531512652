using SamTune.Checkpoints.Layouts;
using SamTune.Testing;
using static SamTune.Checkpoints.Tests.CheckpointTestData;

namespace SamTune.Checkpoints.Tests;

public sealed class ShardedReaderTests : IDisposable
{
    private const string IndexName = "model.safetensors.index.json";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_sharded_model_opens_by_its_index_and_by_its_folder()
    {
        using SamCheckpoint whole = SamCheckpoint.Open(RepositoryFiles.Golden("tiny_sam_hf.safetensors"));
        IReadOnlyList<TensorData> tensors = whole.ToStateDict(SamLayout.HuggingFace);
        List<string> map = [];
        for (int shard = 0; shard < 3; shard++)
        {
            TensorData[] part = [.. tensors.Where((_, index) => index % 3 == shard)];
            SafeTensorsWriter.Write(folder.At($"model-{shard}.safetensors"), part);
            map.AddRange(part.Select(tensor => $"\"{tensor.Name}\": \"model-{shard}.safetensors\""));
        }

        WriteIndex("""{"metadata": {"total_size": 5, "by": "test"}, "weight_map": {""" + string.Join(",\n", map) + "}}");
        foreach (string path in new[] { folder.At(IndexName), folder.FullPath })
        {
            using SamCheckpoint checkpoint = SamCheckpoint.Open(path);
            Assert.Equal(CheckpointFormat.SafeTensorsSharded, checkpoint.Format);
            Assert.Equal(SamLayout.HuggingFace, checkpoint.Layout);
            Assert.Equal("5", checkpoint.Metadata["total_size"]);
            Assert.Equal("test", checkpoint.Metadata["by"]);
            Assert.Equal(315436, checkpoint.ParameterCount);
            Assert.Equal(ModelFingerprint.Compute(whole), ModelFingerprint.Compute(checkpoint));
        }
    }

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("C:\\\\model.safetensors")]
    [InlineData("..")]
    [InlineData("")]
    public void An_index_reaches_no_file_outside_its_folder(string shard)
    {
        WriteIndex("{\"weight_map\": {\"a\": \"" + shard + "\"}}");
        Assert.Contains("needed is the name of a file in the same folder", Refusal(folder.At(IndexName)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"weight_map": {"a": 5}}""", "needed is the name of a file")]
    [InlineData("""{"weight_map": {}}""", "names 0 files")]
    [InlineData("""{"weight_map": 5  }""", "without a 'weight_map'")]
    [InlineData("""{"weights": {}    }""", "without a 'weight_map'")]
    [InlineData("""{"weight_map": {"a": """, "not a valid JSON index")]
    [InlineData("""{"weight_map": {"nothing": "tiny.safetensors"}}""", "says that tiny.safetensors holds 'nothing', but it does not")]
    public void A_bad_index_is_refused(string index, string message)
    {
        File.Copy(RepositoryFiles.Golden("tiny_sam.safetensors"), folder.At("tiny.safetensors"));
        WriteIndex(index);
        Assert.Contains(message, Refusal(folder.At(IndexName)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_shard_is_named()
    {
        WriteIndex("""{"weight_map": {"a": "model-1.safetensors"}}""");
        string message = Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.FullPath)).Message;
        Assert.Contains("model-1.safetensors: there is no such file", message, StringComparison.Ordinal);
    }

    private void WriteIndex(string json) => File.WriteAllText(folder.At(IndexName), json);
}
