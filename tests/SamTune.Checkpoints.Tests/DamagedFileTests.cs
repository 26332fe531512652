using CsCheck;
using SamTune.Checkpoints.Layouts;
using SamTune.Testing;

namespace SamTune.Checkpoints.Tests;

public sealed class DamagedFileTests
{
    private static readonly string[] SmallFiles = ["quirks.pth", "quirks_legacy.pth", "quirks_expected.safetensors"];

    public static TheoryData<string> AllFiles => [.. CheckpointTestData.TinyVariants, .. SmallFiles];

    public static TheoryData<string> Quirks => [.. SmallFiles];

    [Theory]
    [MemberData(nameof(AllFiles))]
    public void A_file_cut_at_any_twentieth_is_refused_by_name(string file)
    {
        using TemporaryFolder folder = new();
        byte[] whole = File.ReadAllBytes(RepositoryFiles.Golden(file));
        string path = folder.At(file);
        for (int part = 0; part < 20; part++)
        {
            File.WriteAllBytes(path, whole[..(int)((long)whole.Length * part / 20)]);
            CheckpointTestData.Refusal(path);
        }

        File.WriteAllBytes(path, whole[..^1]);
        CheckpointTestData.Refusal(path);
    }

    [Theory]
    [MemberData(nameof(Quirks))]
    public void A_small_file_cut_at_any_byte_is_refused_by_name(string file)
    {
        using TemporaryFolder folder = new();
        byte[] whole = File.ReadAllBytes(RepositoryFiles.Golden(file));
        string path = folder.At(file);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            CheckpointTestData.Refusal(path);
        }
    }

    [Theory]
    [MemberData(nameof(Quirks))]
    public void Any_changed_byte_is_read_or_refused_but_never_crashes(string file)
    {
        using TemporaryFolder folder = new();
        byte[] bytes = File.ReadAllBytes(RepositoryFiles.Golden(file));
        string path = folder.At(file);
        for (int at = 0; at < bytes.Length; at++)
        {
            byte original = bytes[at];
            foreach (byte value in new byte[] { (byte)(original ^ 0x01), (byte)(original ^ 0x80) })
            {
                bytes[at] = value;
                File.WriteAllBytes(path, bytes);
                ReadEverything(path);
            }

            bytes[at] = original;
        }
    }

    [Theory]
    [MemberData(nameof(AllFiles))]
    public void Random_damage_is_read_or_refused_but_never_crashes(string file)
    {
        using TemporaryFolder folder = new();
        byte[] whole = File.ReadAllBytes(RepositoryFiles.Golden(file));
        int at = Math.Min(whole.Length, 40000);

        // Damage goes to the head and the tail of the file, where its structure is; in the numbers between it could not be noticed.
        Gen<(int Position, byte Value)[]> damage = Gen.Select(
            Gen.OneOf(Gen.Int[0, at - 1], Gen.Int[whole.Length - at, whole.Length - 1]),
            Gen.Byte,
            static (position, value) => (position, value)).Array[1, 6];
        damage.Sample(
            changes =>
            {
                byte[] changed = [.. whole];
                foreach ((int position, byte value) in changes)
                {
                    changed[position] = value;
                }

                string path = folder.At("damaged");
                File.WriteAllBytes(path, changed);
                ReadEverything(path);
                return true;
            },
            iter: 200,
            threads: 1,
            seed: "0000KOIKnZg4");
    }

    /// <summary>Opens a file and reads all of it; only the one exception for bad files may come out.</summary>
    internal static void ReadEverything(string path)
    {
        try
        {
            using Checkpoint checkpoint = Checkpoint.Open(path);
            foreach (TensorEntry entry in checkpoint.Tensors)
            {
                Assert.True(entry.ByteCount <= 64 << 20, entry.ShapeText);
                checkpoint.ReadAsFloat32(entry.Name, new float[entry.ElementCount]);
            }
        }
        catch (CheckpointException exception)
        {
            Assert.StartsWith(Path.GetFileName(path) + ":", exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', exception.Message);
        }

        try
        {
            using SamCheckpoint model = SamCheckpoint.Open(path);
            ModelFingerprint.Compute(model);
        }
        catch (CheckpointException exception)
        {
            Assert.DoesNotContain('\n', exception.Message);
        }
    }
}
