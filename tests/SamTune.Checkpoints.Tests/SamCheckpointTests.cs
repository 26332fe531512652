using SamTune.Checkpoints.Layouts;
using SamTune.Testing;

namespace SamTune.Checkpoints.Tests;

public sealed class SamCheckpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SamCheckpoint tiny = SamCheckpoint.Open(RepositoryFiles.Golden("tiny_sam.safetensors"));

    public void Dispose()
    {
        tiny.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("model.")]
    [InlineData("state_dict.")]
    [InlineData("model_state_dict.module.")]
    [InlineData("module.")]
    [InlineData("sam.")]
    public void A_common_beginning_of_all_names_is_taken_off(string prefix)
    {
        string path = folder.At("prefixed.safetensors");
        SafeTensorsWriter.Write(path, [.. Renamed(name => prefix + name), Constant("optimizer.state.0.exp_avg")]);
        using SamCheckpoint checkpoint = SamCheckpoint.Open(path);
        Assert.Equal(prefix, checkpoint.Prefix);
        Assert.Equal("optimizer.state.0.exp_avg", Assert.Single(checkpoint.Ignored).Name);
        Assert.Equal(ModelFingerprint.Compute(tiny), ModelFingerprint.Compute(checkpoint));
    }

    [Fact]
    public void Persistent_normalisation_constants_are_ignored()
    {
        string path = folder.At("constants.safetensors");
        SafeTensorsWriter.Write(path, [.. Renamed(static name => name), Constant("pixel_mean"), Constant("pixel_std")]);
        using SamCheckpoint checkpoint = SamCheckpoint.Open(path);
        Assert.Equal(202, checkpoint.Tensors.Count);
        Assert.Equal(2, checkpoint.Ignored.Count);
        Assert.True(StateDictReport.Compare(tiny.Architecture, checkpoint).IsMatch);
    }

    [Fact]
    public void The_usual_wrapper_wins_over_a_moving_average()
    {
        string path = folder.At("two.safetensors");
        SafeTensorsWriter.Write(path, [.. Renamed(static name => "ema." + name), .. Renamed(static name => "model." + name)]);
        using SamCheckpoint checkpoint = SamCheckpoint.Open(path);
        Assert.Equal("model.", checkpoint.Prefix);
    }

    [Fact]
    public void Several_models_without_a_usual_name_are_refused()
    {
        string path = folder.At("two.safetensors");
        SafeTensorsWriter.Write(path, [.. Renamed(static name => "teacher." + name), .. Renamed(static name => "student." + name)]);
        string message = Assert.Throws<CheckpointException>(() => SamCheckpoint.Open(path)).Message;
        Assert.StartsWith("two.safetensors: holds several SAM models, 'teacher.' and 'student.'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_layouts_convert_into_each_other_without_loss()
    {
        string huggingFacePath = folder.At("hf.safetensors");
        SafeTensorsWriter.Write(huggingFacePath, tiny.ToStateDict(SamLayout.HuggingFace));
        using SamCheckpoint huggingFace = SamCheckpoint.Open(huggingFacePath);
        Assert.Equal(SamLayout.HuggingFace, huggingFace.Layout);
        using Checkpoint golden = Checkpoint.Open(RepositoryFiles.Golden("tiny_sam_hf.safetensors"));
        Assert.Equal(
            golden.Tensors.OrderBy(static entry => entry.Name, StringComparer.Ordinal),
            huggingFace.Tensors.Select(entry => entry with { Name = huggingFace.FileKey(entry.Name) }).OrderBy(static entry => entry.Name, StringComparer.Ordinal));

        string backPath = folder.At("back.pth");
        PthWriter.Write(backPath, huggingFace.ToStateDict(SamLayout.Reference));
        using SamCheckpoint back = SamCheckpoint.Open(backPath);
        Assert.Equal(tiny.Tensors, back.Tensors);
        Assert.Equal(ModelFingerprint.Compute(tiny), ModelFingerprint.Compute(back));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Either_or_both_names_of_the_tied_matrix_are_accepted(bool first, bool second)
    {
        string path = folder.At("tied.safetensors");
        SafeTensorsWriter.Write(path, TiedMatrix(first, second, static bytes => bytes));
        using SamCheckpoint checkpoint = SamCheckpoint.Open(path);
        Assert.Equal(ModelFingerprint.Compute(tiny), ModelFingerprint.Compute(checkpoint));
        Assert.Equal(202, checkpoint.Tensors.Count);
    }

    [Fact]
    public void A_tied_matrix_that_differs_is_refused()
    {
        string path = folder.At("tied.safetensors");
        SafeTensorsWriter.Write(path, TiedMatrix(true, true, static bytes => [.. bytes.Select(static value => (byte)~value)]));
        Assert.Contains("are the same tensor of the model but differ", Assert.Throws<CheckpointException>(() => SamCheckpoint.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_number_of_decoder_heads_comes_from_the_metadata()
    {
        string path = folder.At("heads.safetensors");
        SafeTensorsWriter.Write(path, tiny.ToStateDict(SamLayout.Reference), new Dictionary<string, string> { [SamCheckpoint.DecoderHeadsKey] = "4" });
        using SamCheckpoint checkpoint = SamCheckpoint.Open(path);
        Assert.Equal(tiny.Architecture with { DecoderHeads = 4 }, checkpoint.Architecture);

        SafeTensorsWriter.Write(path, tiny.ToStateDict(SamLayout.Reference), new Dictionary<string, string> { [SamCheckpoint.DecoderHeadsKey] = "many" });
        Assert.Contains("'samtune.decoder_heads' is 'many'", Assert.Throws<CheckpointException>(() => SamCheckpoint.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_something_else_is_refused_by_what_it_lacks()
    {
        string message = Assert.Throws<CheckpointException>(() => SamCheckpoint.Open(RepositoryFiles.Golden("quirks_expected.safetensors"))).Message;
        Assert.StartsWith("quirks_expected.safetensors: has no 'image_encoder.patch_embed.proj.weight' among its 13 tensors", message, StringComparison.Ordinal);

        string path = folder.At("sam2.safetensors");
        SafeTensorsWriter.Write(path, [Constant("image_encoder.trunk.pos_embed")]);
        Assert.Contains("looks like SAM 2", Assert.Throws<CheckpointException>(() => SamCheckpoint.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_unexpected_and_mis_shaped_tensors_are_reported_by_name()
    {
        string path = folder.At("other.safetensors");
        List<TensorData> tensors = Renamed(static name => name);
        tensors.RemoveAll(static tensor => tensor.Name == "mask_decoder.iou_token.weight");
        tensors[tensors.FindIndex(static tensor => tensor.Name == "prompt_encoder.no_mask_embed.weight")] = Constant("prompt_encoder.no_mask_embed.weight");
        tensors.Add(Constant("image_encoder.extra\u001b[31m"));
        SafeTensorsWriter.Write(path, tensors);
        using SamCheckpoint checkpoint = SamCheckpoint.Open(path);
        StateDictReport report = StateDictReport.Compare(tiny.Architecture, checkpoint);
        Assert.False(report.IsMatch);
        Assert.Equal(["mask_decoder.iou_token.weight"], report.Missing);
        Assert.Equal(["image_encoder.extra\u001b[31m"], report.Unexpected);
        Assert.Equal("prompt_encoder.no_mask_embed.weight", Assert.Single(report.MisShaped).Name);
        Assert.Equal(
            [
                "other.safetensors: 'prompt_encoder.no_mask_embed.weight' is 3; this model needs 1x32. Build the model with the sizes of the file.",
                "other.safetensors: 'mask_decoder.iou_token.weight' is missing; this model needs it.",
                "other.safetensors: 'image_encoder.extra\\u001b[31m' is unexpected; this model has no such tensor.",
            ],
            report.Messages);
        string message = Assert.Throws<CheckpointException>(report.ThrowIfDifferent).Message;
        Assert.StartsWith(report.Messages[0], message, StringComparison.Ordinal);
        Assert.EndsWith("2 more: missing 'mask_decoder.iou_token.weight', unexpected 'image_encoder.extra\\u001b[31m'.", message, StringComparison.Ordinal);
        Assert.Contains("'mask_decoder.iou_token.weight' is missing", Assert.Throws<CheckpointException>(() => ModelFingerprint.Compute(checkpoint)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_published_model_under_another_name_is_recognised()
    {
        // All the shapes of ViT-L without its 1.2 GB: a file of a few bytes cannot claim them, so its numbers are the hole of a sparse file.
        string path = folder.At("vit_b.safetensors");
        long dataStart = WriteSparse(path, SamStateDict.Entries(SamArchitecture.VitL));
        Assert.True(dataStart > 8);
        long before = GC.GetAllocatedBytesForCurrentThread();
        using SamCheckpoint checkpoint = SamCheckpoint.Open(path);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
        Assert.Equal("vit_l", checkpoint.Architecture.VariantName);
        Assert.Equal(312342832, checkpoint.ParameterCount);
        StateDictReport report = StateDictReport.Compare(SamArchitecture.VitB, checkpoint);
        Assert.Equal(
            "vit_b.safetensors: 'image_encoder.pos_embed' is 1x64x64x1024; ViT-B needs 1x64x64x768. This looks like ViT-L: pass --model vit_l.",
            report.Messages[0]);
        Assert.Equal(168, report.Unexpected.Count);
    }

    private static long WriteSparse(string path, IReadOnlyList<TensorEntry> entries)
    {
        long position = 0;
        List<string> parts = [];
        foreach (TensorEntry entry in entries)
        {
            parts.Add($"\"{entry.Name}\":{{\"dtype\":\"F32\",\"shape\":[{string.Join(',', entry.Shape)}],\"data_offsets\":[{position},{position + entry.ByteCount}]}}");
            position += entry.ByteCount;
        }

        CheckpointTestData.WriteSafeTensors(path, $"{{{string.Join(',', parts)}}}", []);
        using FileStream stream = File.OpenWrite(path);
        long dataStart = stream.Length;
        stream.SetLength(dataStart + position);
        return dataStart;
    }

    private static TensorData Constant(string name) => TensorData.FromFloat32(name, [3], new float[] { 1, 2, 3 });

    private List<TensorData> Renamed(Func<string, string> rename) =>
        [.. tiny.ToStateDict(SamLayout.Reference).Select(tensor => tensor with { Name = rename(tensor.Name) })];

    private List<TensorData> TiedMatrix(bool first, bool second, Func<byte[], byte[]> change)
    {
        List<TensorData> tensors = [.. tiny.ToStateDict(SamLayout.HuggingFace)];
        TensorData matrix = tensors.Single(static tensor => tensor.Name == SamNameMap.HuggingFaceGaussianMatrix);
        byte[] bytes = new byte[matrix.Entry.ByteCount];
        tiny.Read(SamStateDict.GaussianMatrix, bytes);
        if (second)
        {
            tensors.Add(TensorData.FromBytes(SamNameMap.HuggingFaceTiedGaussianMatrix, matrix.ElementType, matrix.Shape, change(bytes)));
        }

        if (!first)
        {
            tensors.Remove(matrix);
        }

        return tensors;
    }
}
