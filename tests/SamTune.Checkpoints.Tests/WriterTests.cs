using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using SamTune.Testing;
using static SamTune.Checkpoints.Tests.CheckpointTestData;

namespace SamTune.Checkpoints.Tests;

public sealed class WriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back_in_either_format()
    {
        Gen<TensorData> tensor = Gen.Select(Gen.Enum<TensorElementType>(), Gen.Long[0, 5].Array[0, 4], Gen.String[1, 12], static (type, shape, name) =>
        {
            byte[] bytes = new byte[new TensorEntry(name, type, shape).ByteCount];
            new Random(name.Length).NextBytes(bytes);
            return TensorData.FromBytes(new string([.. name.Where(static letter => !char.IsSurrogate(letter))]) + "!", type, shape, bytes);
        });
        tensor.Array[0, 8].Where(static tensors => tensors.DistinctBy(static one => one.Name).Count() == tensors.Length).Sample(
            tensors =>
            {
                string safeTensors = folder.At("round.safetensors");
                string pth = folder.At("round.pth");
                SafeTensorsWriter.Write(safeTensors, tensors);
                PthWriter.Write(pth, tensors);
                AssertHolds(safeTensors, tensors, sameOrder: false);
                AssertHolds(pth, tensors, sameOrder: true);
                return true;
            },
            iter: 100,
            threads: 1,
            seed: "0000KOIKnZg4");
    }

    [Fact]
    public void Quirks_survive_both_formats()
    {
        using Checkpoint quirks = Checkpoint.Open(RepositoryFiles.Golden("quirks.pth"));
        TensorData[] tensors = [.. quirks.Tensors.Select(entry => TensorData.FromCheckpoint(quirks, entry.Name, entry.Name.Replace("model.module.", string.Empty, StringComparison.Ordinal)))];
        SafeTensorsWriter.Write(folder.At("q.safetensors"), tensors);
        PthWriter.Write(folder.At("q.pth"), tensors);
        foreach (string file in new[] { "q.safetensors", "q.pth" })
        {
            using Checkpoint written = Checkpoint.Open(folder.At(file));
            foreach (TensorEntry entry in quirks.Tensors)
            {
                Assert.Equal(Bytes(quirks, entry.Name), Bytes(written, entry.Name.Replace("model.module.", string.Empty, StringComparison.Ordinal)));
            }
        }
    }

    [Fact]
    public void Safetensors_are_aligned_and_carry_their_metadata()
    {
        string path = folder.At("aligned.safetensors");
        TensorData flag = TensorData.FromBytes("flag", TensorElementType.Boolean, [3], new byte[3]);
        TensorData weight = TensorData.FromFloat32("weight", [2], new float[] { 1, 2 });
        SafeTensorsWriter.Write(path, [flag, weight], new Dictionary<string, string> { ["note"] = "line\nbreak \"quoted\" ä" });
        byte[] bytes = File.ReadAllBytes(path);
        long headerLength = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, headerLength % 8);
        JsonObject header = JsonNode.Parse(bytes.AsSpan(8, (int)headerLength))!.AsObject();
        Assert.Equal([0L, 8L], header["weight"]!["data_offsets"]!.AsArray().Select(static offset => (long)offset!));
        Assert.Equal([8L, 11L], header["flag"]!["data_offsets"]!.AsArray().Select(static offset => (long)offset!));
        using Checkpoint checkpoint = Checkpoint.Open(path);
        Assert.Equal("line\nbreak \"quoted\" ä", checkpoint.Metadata["note"]);
    }

    [Fact]
    public void Pth_files_are_valid_zips_with_aligned_uncompressed_data_and_checksums()
    {
        string path = folder.At("model.pth");
        float[] values = [.. Enumerable.Range(0, 1000).Select(static value => (float)value)];
        PthWriter.Write(path, [TensorData.FromFloat32("a", [10, 100], values), TensorData.FromFloat32("b", [], values.AsMemory(3, 1), TensorElementType.Float16)]);
        byte[] bytes = File.ReadAllBytes(path);
        using ZipArchive zip = ZipFile.OpenRead(path);
        Assert.Equal(
            ["archive/data.pkl", "archive/byteorder", "archive/data/0", "archive/data/1", "archive/version"],
            zip.Entries.Select(static entry => entry.FullName));
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            Assert.Equal(entry.Length, entry.CompressedLength);
            using MemoryStream content = new();
            using (Stream stream = entry.Open())
            {
                // Reading to the end compares the checksum.
                stream.CopyTo(content);
            }

            int name = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(entry.FullName));
            int data = name + entry.FullName.Length + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(name - 2));
            Assert.Equal(0, data % 64);
            Assert.Equal(content.ToArray(), bytes[data..(data + (int)entry.Length)]);
            Assert.Equal(Reference(content.ToArray()), entry.Crc32);
        }

        static uint Reference(byte[] content)
        {
            uint crc = uint.MaxValue;
            foreach (byte value in content)
            {
                crc ^= value;
                for (int bit = 0; bit < 8; bit++)
                {
                    crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
                }
            }

            return ~crc;
        }
    }

    [Fact]
    public void The_same_tensors_give_the_same_bytes()
    {
        TensorData tensor = TensorData.FromFloat32("w", [3], new float[] { 1, 2, 3 });
        PthWriter.Write(folder.At("a.pth"), [tensor]);
        PthWriter.Write(folder.At("b.pth"), [tensor]);
        Assert.Equal(File.ReadAllBytes(folder.At("a.pth")), File.ReadAllBytes(folder.At("b.pth")));
    }

    [Theory]
    [InlineData(TensorElementType.Float16)]
    [InlineData(TensorElementType.BFloat16)]
    public void Half_precision_is_rounded_to_the_nearest(TensorElementType type)
    {
        float[] values = [0, -0f, 1, 0.1f, -3.14159f, 65504, 1e-7f, 1.00390625f, 1.01171875f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 1e30f];
        string path = folder.At("half.safetensors");
        SafeTensorsWriter.Write(path, [TensorData.FromFloat32("w", [values.Length], values, type)]);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        float[] read = Floats(checkpoint, "w");
        if (type == TensorElementType.Float16)
        {
            Assert.Equal(values.Select(static value => (float)(Half)value), read);
        }
        else
        {
            Assert.Equal([0, -0f, 1, 0.10009765625f, -3.140625f, 65536, 1.0011717677116394E-07f, 1, 1.015625f, float.PositiveInfinity, float.NegativeInfinity, float.NaN], read[..^1]);
            Assert.Equal(1e30f, read[^1], 1e30f / 256);
        }
    }

    [Fact]
    public void Equal_names_are_refused()
    {
        TensorData tensor = TensorData.FromFloat32("w", [1], new float[1]);
        Assert.Throws<ArgumentException>(() => SafeTensorsWriter.Write(folder.At("x"), [tensor, tensor]));
        Assert.Throws<ArgumentException>(() => PthWriter.Write(folder.At("x"), [tensor, tensor]));
        Assert.Throws<ArgumentException>(() => SafeTensorsWriter.Write(folder.At("x"), [tensor with { Name = "__metadata__" }]));
        Assert.Empty(Directory.GetFiles(folder.FullPath));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(12)]
    public void A_tensor_that_writes_more_or_less_than_announced_leaves_no_file(int bytes)
    {
        TensorData tensor = new("w", TensorElementType.Float32, [2], stream => stream.Write(new byte[bytes]));
        Assert.Throws<InvalidOperationException>(() => SafeTensorsWriter.Write(folder.At("x.safetensors"), [tensor]));
        Assert.Throws<InvalidOperationException>(() => PthWriter.Write(folder.At("x.pth"), [tensor]));
        Assert.Empty(Directory.GetFiles(folder.FullPath));
    }

    private static void AssertHolds(string path, TensorData[] tensors, bool sameOrder)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        Assert.Equal(tensors.Length, checkpoint.Tensors.Count);
        if (sameOrder)
        {
            Assert.Equal(tensors.Select(static tensor => tensor.Entry), checkpoint.Tensors);
        }

        foreach (TensorData tensor in tensors)
        {
            Assert.True(checkpoint.TryGet(tensor.Name, out TensorEntry? entry));
            Assert.Equal(tensor.Entry, entry);
            using MemoryStream expected = new();
            tensor.Write(expected);
            Assert.Equal(expected.ToArray(), Bytes(checkpoint, tensor.Name));
        }
    }
}
