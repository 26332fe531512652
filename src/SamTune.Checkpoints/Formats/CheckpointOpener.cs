using SamTune.Checkpoints.Formats.Pth;
using SamTune.Checkpoints.Formats.SafeTensors;

namespace SamTune.Checkpoints.Formats;

/// <summary>Recognises a checkpoint's format from its first bytes and hands it to the reader of that format.</summary>
internal static class CheckpointOpener
{
    // PROTO 2, LONG1, 10 bytes: torch.serialization.MAGIC_NUMBER 0x1950a86a20f9469cfc6c as the old torch.save pickles it.
    private static ReadOnlySpan<byte> LegacyMagic => [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E];

    public static Checkpoint Open(string path)
    {
        string file = Directory.Exists(path) ? FindInFolder(path) : path;
        FileSource source = FileSource.Open(file);
        try
        {
            byte[] head = source.ReadArray(0, (int)Math.Min(source.Length, 64));
            if (head.AsSpan().StartsWith("PK"u8))
            {
                return PthZipReader.Open(source);
            }

            if (head.AsSpan().StartsWith(LegacyMagic))
            {
                return PthLegacyReader.Open(source, LegacyMagic.Length);
            }

            if (LooksLikeJson(head))
            {
                return ShardedReader.Open(source);
            }

            if (head.Length > 8 && head[8] == (byte)'{')
            {
                return SafeTensorsReader.Open(source);
            }

            throw Unrecognised(source, head);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    // Bytes 4 to 7 of a safetensors file are zero: its header is far below 4 GB. In text they are letters.
    private static bool LooksLikeJson(ReadOnlySpan<byte> head) =>
        head.Length > 8
        && (head[0] == (byte)'{' || (head[0] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' && head.TrimStart(" \n\r\t"u8) is [(byte)'{', ..]))
        && head[4..8].IndexOf((byte)0) < 0;

    private static string FindInFolder(string folder)
    {
        foreach (string name in new[] { "model.safetensors.index.json", "model.safetensors", "pytorch_model.bin" })
        {
            string candidate = Path.Combine(folder, name);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new CheckpointException(
            $"{Printable.Escape(folder)}: the folder holds no model.safetensors and no model.safetensors.index.json; give the path of the checkpoint file.");
    }

    private static CheckpointException Unrecognised(FileSource source, ReadOnlySpan<byte> head)
    {
        const string Needed = "needed is safetensors or what torch.save writes";
        string label = source.Label;
        if (head.IsEmpty)
        {
            return new CheckpointException($"{label}: the file is empty; {Needed}: download or copy it again.");
        }

        if (head.StartsWith("version https://git-lfs"u8))
        {
            return new CheckpointException($"{label}: is a Git LFS pointer, not the checkpoint itself; run 'git lfs pull'.");
        }

        if (head.TrimStart(" \n\r\t"u8) is [(byte)'<', ..])
        {
            return new CheckpointException($"{label}: is a web page, not a checkpoint; the download went to a login or error page: download it again.");
        }

        if (head[0] == 0x80)
        {
            return new CheckpointException($"{label}: is a plain pickle, not what torch.save writes; {Needed}: load it in Python and save its tensors.");
        }

        return new CheckpointException($"{label}: is no checkpoint (it begins with the bytes {Convert.ToHexString(head[..Math.Min(8, head.Length)])}); {Needed}.");
    }
}
