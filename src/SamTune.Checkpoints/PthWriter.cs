using SamTune.Checkpoints.Writing;

namespace SamTune.Checkpoints;

/// <summary>
/// Writes a state dict as <c>torch.save</c> does, in the zip format: Python's <c>torch.load(weights_only=True)</c> reads it, and so does the
/// reference's <c>sam_model_registry["vit_b"](checkpoint=...)</c> where the names are the reference's.
/// </summary>
public static class PthWriter
{
    // PyTorch's oldest and widest-read version of the archive.
    private static ReadOnlySpan<byte> Version => "3\n"u8;

    /// <summary>Writes the file atomically, streaming one tensor after the other.</summary>
    /// <param name="path">The final name; an existing file is replaced at the end. Its folder must exist.</param>
    /// <param name="tensors">The tensors in the order of the dictionary; names differ.</param>
    /// <exception cref="ArgumentException">Two tensors have the same name.</exception>
    /// <exception cref="CheckpointException">The folder is missing or not writable, or the disk is full.</exception>
    public static void Write(string path, IReadOnlyList<TensorData> tensors) => Write(path, tensors, alwaysZip64: false);

    /// <summary>The same, with zip64 fields throughout where asked: they are otherwise there only from 4 GB on.</summary>
    internal static void Write(string path, IReadOnlyList<TensorData> tensors, bool alwaysZip64)
    {
        TensorNames.CheckDistinct(tensors);
        byte[] pickle = StateDictPickler.Pickle([.. tensors.Select(static tensor => tensor.Entry)]);
        AtomicFile.Write(path, stream =>
        {
            StoredZipWriter zip = new(stream, alwaysZip64);
            AddBytes(zip, "archive/data.pkl", pickle);
            AddBytes(zip, "archive/byteorder", "little"u8.ToArray());
            for (int i = 0; i < tensors.Count; i++)
            {
                TensorData tensor = tensors[i];
                zip.Add($"archive/data/{i}", tensor.Entry.ByteCount, (destination, checksum) => TensorSink.Write(destination, tensor, checksum));
            }

            AddBytes(zip, "archive/version", Version.ToArray());
            zip.Finish();
        });
    }

    private static void AddBytes(StoredZipWriter zip, string name, byte[] bytes) => zip.Add(name, bytes.Length, (destination, checksum) =>
    {
        checksum.Append(bytes);
        destination.Write(bytes);
    });
}
