using SamTune.Testing;
using static SamTune.Checkpoints.Tests.CheckpointTestData;

namespace SamTune.Checkpoints.Tests;

public sealed class SafeTensorsReaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("overlapping", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "'b' begins at byte 4, inside another tensor")]
    [InlineData("twice the same place", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "inside another tensor")]
    [InlineData("gap", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "'b' begins at byte 8, but the tensor before it ends at 4")]
    [InlineData("gap at the start", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "gaps are refused")]
    [InlineData("rest at the end", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "holds 8 bytes of data, but its tensors take 4")]
    [InlineData("beyond the end", """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", 8, "'a' ends at byte 12 of the data, but the file holds 8")]
    [InlineData("backwards", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "has the bytes 4 to 0")]
    [InlineData("negative", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, "has '-4' in its data_offsets")]
    [InlineData("fraction", """{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "has '1.5' in its shape")]
    [InlineData("not a number", """{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "in its shape")]
    [InlineData("too large a number", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}}""", 4, "in its data_offsets")]
    [InlineData("size against shape", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "but 2 of F32 takes 8 bytes")]
    [InlineData("terabytes", """{"a":{"dtype":"F32","shape":[1000000000000],"data_offsets":[0,4000000000000]}}""", 4, "but the file holds 4")]
    [InlineData("overflow", """{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "more than any file holds")]
    [InlineData("unknown type", """{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", 4, "has the element type 'F8_E4M3', which is not read")]
    [InlineData("same name twice", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "not valid JSON")]
    [InlineData("no type", """{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, "lacks a dtype")]
    [InlineData("three offsets", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}""", 4, "lacks a dtype, shape or pair of data_offsets")]
    [InlineData("not an object", """{"a":[1,2,3]}""", 0, "lacks a dtype")]
    [InlineData("metadata of numbers", """{"__metadata__":{"a":1}}""", 0, "'a' in '__metadata__' is a JSON Number")]
    [InlineData("metadata of a list", """{"__metadata__":[1]}""", 0, "'__metadata__' is a JSON Array")]
    [InlineData("half a header", """{"a":{"dtype":"F32","shape":[1]""", 4, "not valid JSON")]
    [InlineData("lone surrogate", """{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "not valid JSON")]
    [InlineData("nested deep", """{"a":{"dtype":{"a":{"b":{"c":{"d":1}}}}}}""", 4, "not valid JSON")]
    public void A_bad_header_is_refused_by_name(string what, string header, int dataBytes, string message)
    {
        string path = folder.At("bad.safetensors");
        WriteSafeTensors(path, header, new byte[dataBytes]);
        Assert.True(Refusal(path).Contains(message, StringComparison.Ordinal), $"{what}: {Refusal(path)}");
    }

    [Fact]
    public void A_header_of_terabytes_is_refused_before_memory_is_taken()
    {
        string path = folder.At("huge.safetensors");
        foreach (long claimed in new[] { 4L << 40, 100_000_001, long.MaxValue, -1 })
        {
            File.WriteAllBytes(path, [.. BitConverter.GetBytes(claimed), .. "{}      "u8]);
            Assert.Contains("claims a header of", Refusal(path), StringComparison.Ordinal);
        }

        File.WriteAllBytes(path, [.. BitConverter.GetBytes(90_000_000L), .. "{}      "u8]);
        Assert.Contains("truncated", Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_in_messages_cannot_carry_terminal_codes()
    {
        string path = folder.At("codes.safetensors");
        WriteSafeTensors(path, """{"a\u001b[2Jb\nc":{"dtype":"F8_E5M2","shape":[4],"data_offsets":[0,4]}}""", new byte[4]);
        Assert.Contains(@"'a\u001b[2Jb\u000ac'", Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_may_be_listed_in_any_order()
    {
        string path = folder.At("order.safetensors");
        WriteSafeTensors(
            path,
            """{"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]},"e":{"dtype":"F32","shape":[0,4],"data_offsets":[2,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}   """,
            [1, 2, 3]);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        Assert.Equal(["a", "e", "b"], checkpoint.Tensors.Select(static entry => entry.Name));
        Assert.Equal([1f, 2f], Floats(checkpoint, "a"));
        Assert.Equal([3f], Floats(checkpoint, "b"));
        Assert.Empty(Floats(checkpoint, "e"));
    }

    [Fact]
    public void Every_element_type_becomes_single_precision()
    {
        string path = folder.At("types.safetensors");
        SafeTensorsWriter.Write(
            path,
            [
                TensorData.FromBytes("f64", TensorElementType.Float64, [], BitConverter.GetBytes(-1.5)),
                TensorData.FromBytes("f16", TensorElementType.Float16, [1], BitConverter.GetBytes((Half)0.1f)),
                TensorData.FromBytes("bf16", TensorElementType.BFloat16, [1], new byte[] { 0x49, 0x40 }),
                TensorData.FromBytes("i64", TensorElementType.Int64, [1], BitConverter.GetBytes(-5L)),
                TensorData.FromBytes("i32", TensorElementType.Int32, [1], BitConverter.GetBytes(1 << 24)),
                TensorData.FromBytes("i16", TensorElementType.Int16, [1], BitConverter.GetBytes((short)-300)),
                TensorData.FromBytes("i8", TensorElementType.Int8, [1], new byte[] { 0xFF }),
                TensorData.FromBytes("u8", TensorElementType.UInt8, [1], new byte[] { 0xFF }),
                TensorData.FromBytes("bool", TensorElementType.Boolean, [2], new byte[] { 0, 7 }),
            ]);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        Assert.Equal([-1.5f], Floats(checkpoint, "f64"));
        Assert.Equal([(float)(Half)0.1f], Floats(checkpoint, "f16"));
        Assert.Equal([3.140625f], Floats(checkpoint, "bf16"));
        Assert.Equal([-5f], Floats(checkpoint, "i64"));
        Assert.Equal([16777216f], Floats(checkpoint, "i32"));
        Assert.Equal([-300f], Floats(checkpoint, "i16"));
        Assert.Equal([-1f], Floats(checkpoint, "i8"));
        Assert.Equal([255f], Floats(checkpoint, "u8"));
        Assert.Equal([0f, 1f], Floats(checkpoint, "bool"));
        Assert.All(checkpoint.Tensors, entry =>
        {
            using MemoryStream stream = new();
            checkpoint.CopyAsFloat32To(entry.Name, stream);
            Assert.Equal(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(Floats(checkpoint, entry.Name)), stream.ToArray());
        });
    }

    [Fact]
    public void Misuse_is_told_apart_from_bad_files()
    {
        using Checkpoint checkpoint = Checkpoint.Open(RepositoryFiles.Golden("tiny_sam.safetensors"));
        Assert.Equal("pt", checkpoint.Metadata["format"]);
        Assert.False(checkpoint.TryGet("nothing", out _));
        Assert.Contains("has no tensor 'nothing'", Assert.Throws<CheckpointException>(() => checkpoint.Read("nothing", [])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => checkpoint.Read("image_encoder.pos_embed", new byte[4]));
        Assert.Throws<ArgumentException>(() => checkpoint.ReadAsFloat32("image_encoder.pos_embed", new float[4]));
        Assert.Equal("1x8x8x64", checkpoint.Tensors[0].ShapeText);
    }

    [Fact]
    public void Reads_on_many_threads_see_the_same_numbers()
    {
        using Checkpoint checkpoint = Checkpoint.Open(RepositoryFiles.Golden("tiny_sam.pth"));
        float[] expected = Floats(checkpoint, "image_encoder.patch_embed.proj.weight");
        Parallel.For(0, 64, _ => Assert.Equal(expected, Floats(checkpoint, "image_encoder.patch_embed.proj.weight")));
    }
}
