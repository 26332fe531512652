using System.Text;
using SamTune.Checkpoints.Formats.Pickling;

namespace SamTune.Checkpoints.Formats.Pth;

/// <summary>
/// Reads what <c>torch.save</c> writes since 1.6: a zip of uncompressed entries under one root folder, with the objects in
/// <c>data.pkl</c> and one entry <c>data/KEY</c> for each storage.
/// </summary>
internal static class PthZipReader
{
    /// <summary>Bytes of a pickle; that of ViT-H's state dict has 110 thousand.</summary>
    public const long LongestPickle = 64L << 20;

    public static Checkpoint Open(FileSource source)
    {
        ZipDirectory zip = ZipDirectory.Read(source);
        string root = FindRoot(source, zip);
        CheckByteOrder(source, zip, root);
        ZipRecord pickle = zip.Locate(root + "data.pkl")!;
        if (pickle.Length > LongestPickle)
        {
            throw new CheckpointException($"{source.Label}: has a pickle of {pickle.Length} bytes; a state dict needs less than {LongestPickle}: save its state_dict alone.");
        }

        object? value = PickleMachine.Run(new PickleInput(source, pickle.Offset, pickle.Offset + pickle.Length), []);
        Dictionary<StorageReference, long> offsets = [];
        return TensorViews.ToCheckpoint(source, CheckpointFormat.PthZip, StateDictFlattener.Flatten(source.Label, value), storage =>
        {
            if (!offsets.TryGetValue(storage, out long offset))
            {
                offsets.Add(storage, offset = LocateStorage(source, zip, root, storage));
            }

            return offset;
        });
    }

    private static string FindRoot(FileSource source, ZipDirectory zip)
    {
        string? pickle = zip.Names.FirstOrDefault(static name => name.EndsWith("/data.pkl", StringComparison.Ordinal) && name.IndexOf('/') == name.Length - 9);
        if (pickle == null)
        {
            throw new CheckpointException($"{source.Label}: is a zip without a data.pkl, so not what torch.save writes; if it is packed, unzip it and open what is inside.");
        }

        string root = pickle[..^8];
        return zip.Names.Contains(root + "constants.pkl")
            ? throw new CheckpointException($"{source.Label}: is a TorchScript program, not a state dict; load it in Python and save its state_dict().")
            : root;
    }

    private static void CheckByteOrder(FileSource source, ZipDirectory zip, string root)
    {
        if (zip.Locate(root + "byteorder") is { } record)
        {
            string order = Encoding.ASCII.GetString(source.ReadArray(record.Offset, (int)Math.Min(record.Length, 16)));
            if (order != "little")
            {
                throw new CheckpointException(
                    $"{source.Label}: its byteorder is {Printable.Quote(order)}, needed is 'little'; save it on a little-endian machine or with torch.serialization.set_default_load_endianness.");
            }
        }
    }

    private static long LocateStorage(FileSource source, ZipDirectory zip, string root, StorageReference storage)
    {
        ZipRecord record = zip.Locate($"{root}data/{storage.Key}")
            ?? throw new CheckpointException($"{source.Label}: the storage {Printable.Quote(storage.Key)} is missing; the file is damaged: download or copy it again.");
        return record.Length == (Int128)storage.Count * storage.ElementType.ByteSize()
            ? record.Offset
            : throw new CheckpointException(
                $"{source.Label}: the storage {Printable.Quote(storage.Key)} has {record.Length} bytes, but {storage.Count} elements of {storage.ElementType} are claimed; the file is damaged.");
    }
}
