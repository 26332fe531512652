using System.Text.Json.Nodes;
using SamTune.Checkpoints.Layouts;
using SamTune.Testing;
using static SamTune.Checkpoints.Tests.CheckpointTestData;

namespace SamTune.Checkpoints.Tests;

public sealed class GoldenCheckpointTests
{
    private static readonly SamArchitecture Tiny = new()
    {
        ImageSize = 128,
        EncoderEmbedDim = 64,
        EncoderDepth = 4,
        EncoderHeads = 2,
        WindowSize = 5,
        GlobalAttentionBlocks = [1, 3],
        PromptEmbedDim = 32,
        DecoderMlpDim = 96,
        IouHeadHiddenDim = 48,
    };

    public static TheoryData<string> Variants => [.. TinyVariants];

    [Theory]
    [InlineData("tiny_sam.pth", CheckpointFormat.PthZip, SamLayout.Reference)]
    [InlineData("tiny_sam_legacy.pth", CheckpointFormat.PthLegacy, SamLayout.Reference)]
    [InlineData("tiny_sam_fp16.pth", CheckpointFormat.PthZip, SamLayout.Reference)]
    [InlineData("tiny_sam.safetensors", CheckpointFormat.SafeTensors, SamLayout.Reference)]
    [InlineData("tiny_sam_hf.safetensors", CheckpointFormat.SafeTensors, SamLayout.HuggingFace)]
    public void Every_variant_is_recognised_with_its_sizes_and_parameters(string file, CheckpointFormat format, SamLayout layout)
    {
        using SamCheckpoint checkpoint = SamCheckpoint.Open(RepositoryFiles.Golden(file));
        Assert.Equal(format, checkpoint.Format);
        Assert.Equal(layout, checkpoint.Layout);
        Assert.Equal(Tiny, checkpoint.Architecture);
        Assert.Equal("custom", checkpoint.Architecture.VariantName);
        Assert.Equal(315436, checkpoint.ParameterCount);
        Assert.Equal(267712, checkpoint.ImageEncoderParameterCount);
        Assert.Equal(202, checkpoint.Tensors.Count);
        Assert.Empty(checkpoint.Ignored);
        Assert.True(StateDictReport.Compare(Tiny, checkpoint).IsMatch);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_variant_holds_the_same_numbers(string file)
    {
        using SamCheckpoint expected = SamCheckpoint.Open(RepositoryFiles.Golden("tiny_sam.safetensors"));
        using SamCheckpoint actual = SamCheckpoint.Open(RepositoryFiles.Golden(file));
        foreach (TensorEntry entry in expected.Tensors)
        {
            Assert.True(actual.TryGet(entry.Name, out TensorEntry? found), entry.Name);
            Assert.Equal(entry.Shape, found.Shape);
            float[] expectedValues = new float[entry.ElementCount];
            float[] actualValues = new float[entry.ElementCount];
            expected.ReadAsFloat32(entry.Name, expectedValues);
            actual.ReadAsFloat32(entry.Name, actualValues);
            if (found.ElementType == TensorElementType.Float16)
            {
                expectedValues = Array.ConvertAll(expectedValues, static value => (float)(Half)value);
            }

            Assert.Equal(expectedValues, actualValues);
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Reading_takes_next_to_no_memory_besides_the_destination(string file)
    {
        using SamCheckpoint checkpoint = SamCheckpoint.Open(RepositoryFiles.Golden(file));
        float[] destination = new float[64 * 3 * 16 * 16];
        checkpoint.ReadAsFloat32("image_encoder.patch_embed.proj.weight", destination);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            checkpoint.ReadAsFloat32("image_encoder.patch_embed.proj.weight", destination);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20 * 4096);
    }

    [Fact]
    public void Fingerprint_depends_on_the_numbers_only()
    {
        string[] fingerprints = Array.ConvertAll(TinyVariants, static file =>
        {
            using SamCheckpoint checkpoint = SamCheckpoint.Open(RepositoryFiles.Golden(file));
            return ModelFingerprint.Compute(checkpoint);
        });
        Assert.All(fingerprints, static fingerprint => Assert.Matches("^[0-9a-f]{64}$", fingerprint));

        // The half-precision file has other numbers; the other four are one model.
        Assert.Equal(2, fingerprints.Distinct().Count());
        Assert.Single(fingerprints, fingerprint => fingerprint == fingerprints[2]);
    }

    [Fact]
    public void Fingerprint_of_a_loaded_model_equals_that_of_its_file()
    {
        using SamCheckpoint checkpoint = SamCheckpoint.Open(RepositoryFiles.Golden("tiny_sam_fp16.pth"));
        using ModelFingerprintBuilder builder = new();
        foreach (TensorEntry entry in checkpoint.Tensors.OrderBy(static entry => entry.Name, StringComparer.Ordinal))
        {
            float[] values = new float[entry.ElementCount];
            checkpoint.ReadAsFloat32(entry.Name, values);
            builder.Add(entry.Name, entry.Shape, System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values));
        }

        Assert.Equal(ModelFingerprint.Compute(checkpoint), builder.Finish());
    }

    [Fact]
    public void Fingerprint_builder_refuses_a_wrong_order_and_a_wrong_length()
    {
        using ModelFingerprintBuilder builder = new();
        builder.Add("b", [1], new byte[4]);
        Assert.Throws<ArgumentException>(() => builder.Begin("a", [1]));
        builder.Begin("c", [2]);
        Assert.Throws<ArgumentException>(() => builder.Append(new byte[12]));
        Assert.Throws<ArgumentException>(builder.Finish);
    }

    [Theory]
    [InlineData("quirks.pth")]
    [InlineData("quirks_legacy.pth")]
    public void Views_of_shared_storages_of_every_type_are_read_exactly(string file)
    {
        using Checkpoint expected = Checkpoint.Open(RepositoryFiles.Golden("quirks_expected.safetensors"));
        using Checkpoint actual = Checkpoint.Open(RepositoryFiles.Golden(file));
        foreach (TensorEntry entry in expected.Tensors)
        {
            string name = "model." + entry.Name;
            Assert.True(actual.TryGet(name, out TensorEntry? found), name);
            Assert.Equal(entry with { Name = name }, found);
            Assert.Equal(Bytes(expected, entry.Name), Bytes(actual, name));
            Assert.Equal(Floats(expected, entry.Name), Floats(actual, name));

            using MemoryStream stored = new();
            actual.CopyTo(name, stored);
            Assert.Equal(Bytes(expected, entry.Name), stored.ToArray());
        }

        Assert.Equal(expected.Tensors.Count, actual.Tensors.Count(static entry => entry.Name.StartsWith("model.", StringComparison.Ordinal)));
        Assert.Contains(actual.Tensors, static entry => entry.Name == "optimizer.state.0.exp_avg");
    }

    [Fact]
    public void Published_ViT_B_shapes_are_recognised_as_ViT_B()
    {
        JsonObject shapes = Json(RepositoryFiles.Golden("vit_b_state_dict_shapes.json"));
        TensorEntry[] published =
        [
            .. shapes.Select(static pair =>
                new TensorEntry(pair.Key, TensorElementType.Float32, [.. pair.Value!.AsArray().Select(static size => (long)size!)])),
        ];
        SamArchitecture inferred = SamArchitecture.Infer(published);
        Assert.Equal(SamArchitecture.VitB, inferred);
        Assert.Equal("vit_b", inferred.VariantName);
        Assert.Equal(93735472, published.Where(static entry => entry.Name != SamStateDict.GaussianMatrix).Sum(static entry => entry.ElementCount));
        Assert.Equal(published, SamStateDict.Entries(SamArchitecture.VitB));
    }
}
