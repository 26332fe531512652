using System.IO.Compression;
using SamTune.Testing;
using static SamTune.Checkpoints.Tests.CheckpointTestData;

namespace SamTune.Checkpoints.Tests;

public sealed class PthZipReaderTests : IDisposable
{
    private static readonly byte[] Pickle = PickleAssembler.OneTensor(4, 0, [4], [1]);

    private readonly TemporaryFolder folder = new();

    private string Pth => folder.At("model.pth");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Big_endian_files_are_refused()
    {
        WritePth(Pth, Pickle, ("data/0", new byte[16]), ("byteorder", "big"u8.ToArray()));
        Assert.Contains("its byteorder is 'big', needed is 'little'", Refusal(Pth), StringComparison.Ordinal);
    }

    [Fact]
    public void TorchScript_programs_are_refused_as_such()
    {
        WritePth(Pth, Pickle, ("data/0", new byte[16]), ("constants.pkl", [1]));
        Assert.Contains("is a TorchScript program", Refusal(Pth), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_storage_is_named()
    {
        WritePth(Pth, Pickle);
        Assert.Contains("the storage '0' is missing", Refusal(Pth), StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_entries_are_refused()
    {
        using (ZipArchive zip = new(File.Create(Pth), ZipArchiveMode.Create))
        {
            using Stream entry = zip.CreateEntry("archive/data.pkl", CompressionLevel.Optimal).Open();
            entry.Write(new byte[1000]);
        }

        Assert.Contains("'archive/data.pkl' is compressed or encrypted", Refusal(Pth), StringComparison.Ordinal);
    }

    [Fact]
    public void Zips_of_something_else_are_refused()
    {
        using (ZipArchive zip = new(File.Create(Pth), ZipArchiveMode.Create))
        {
            zip.CreateEntry("sam_vit_b.pth").Open().Dispose();
        }

        Assert.Contains("is a zip without a data.pkl", Refusal(Pth), StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_of_the_same_name_are_refused()
    {
        WritePth(Pth, Pickle, ("data/0", new byte[16]), ("data/0", new byte[16]));
        Assert.Contains("'archive/data/0' is there twice", Refusal(Pth), StringComparison.Ordinal);
    }

    [Fact]
    public void Zip64_files_are_read_and_their_lies_refused()
    {
        float[] values = [1, 2, 3, 4];
        PthWriter.Write(Pth, [TensorData.FromFloat32("w", [4], values)], alwaysZip64: true);
        using (Checkpoint checkpoint = Checkpoint.Open(Pth))
        {
            Assert.Equal(values, Floats(checkpoint, "w"));
        }

        using (ZipArchive zip = ZipFile.OpenRead(Pth))
        {
            Assert.Equal(16, zip.GetEntry("archive/data/0")!.Length);
        }

        // Every 8-byte value of the zip64 directory, its locator and the entries' fields, replaced by a huge or a negative one.
        byte[] bytes = File.ReadAllBytes(Pth);
        int directory = bytes.AsSpan().LastIndexOf("PK\u0001\u0002archive/version"u8) is var found && found >= 0 ? found : bytes.AsSpan().IndexOf("PK\u0001\u0002"u8);
        for (int at = directory; at < bytes.Length - 8; at++)
        {
            foreach (long lie in new[] { long.MaxValue, long.MinValue, 1L << 40 })
            {
                byte[] changed = [.. bytes];
                BitConverter.TryWriteBytes(changed.AsSpan(at), lie);
                File.WriteAllBytes(Pth, changed);
                DamagedFileTests.ReadEverything(Pth);
            }
        }
    }

    [Fact]
    public void A_comment_after_the_directory_is_skipped()
    {
        WritePth(Pth, Pickle, ("data/0", new byte[16]));
        byte[] bytes = File.ReadAllBytes(Pth);
        bytes[^2] = 7;
        File.WriteAllBytes(Pth, [.. bytes, .. "comment"u8]);
        using Checkpoint checkpoint = Checkpoint.Open(Pth);
        Assert.Single(checkpoint.Tensors);
    }
}
