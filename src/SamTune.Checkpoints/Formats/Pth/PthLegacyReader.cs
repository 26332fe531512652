using SamTune.Checkpoints.Formats.Pickling;

namespace SamTune.Checkpoints.Formats.Pth;

/// <summary>
/// Reads what <c>torch.save</c> wrote before 1.6: pickles of a magic number, the protocol, the system, the objects and the list of storage
/// keys; then for each storage its number of elements (8 bytes) and the elements.
/// </summary>
internal static class PthLegacyReader
{
    private const long Protocol = 1001;

    /// <summary>Opens a file that begins with the magic number.</summary>
    /// <param name="source">The file.</param>
    /// <param name="afterMagic">Byte after the magic number's pickle.</param>
    public static Checkpoint Open(FileSource source, int afterMagic)
    {
        long end = Math.Min(source.Length, PthZipReader.LongestPickle);
        PickleInput input = new(source, afterMagic, end);
        object? protocol = PickleMachine.Run(input, []);
        if (protocol is not Protocol)
        {
            throw new CheckpointException($"{source.Label}: is of the legacy protocol {Printable.Quote($"{protocol}")}, needed is {Protocol}; the file is damaged.");
        }

        if (PickleMachine.Run(input, []) is not PickleDictionary system || system.Find("little_endian") is not true)
        {
            throw new CheckpointException($"{source.Label}: was not written on a little-endian machine; save it again on one.");
        }

        HashSet<StorageReference> references = [];
        List<KeyValuePair<string, TensorView>> views = StateDictFlattener.Flatten(source.Label, PickleMachine.Run(input, references));
        if (PickleMachine.Run(input, []) is not PickleList keys)
        {
            throw new CheckpointException($"{source.Label}: has no list of storages; the file is damaged: download or copy it again.");
        }

        Dictionary<string, long> offsets = ReadStorages(source, input.Position, references, keys);
        return TensorViews.ToCheckpoint(source, CheckpointFormat.PthLegacy, views, storage => Locate(source, offsets, storage));
    }

    private static Dictionary<string, long> ReadStorages(
        FileSource source, long position, HashSet<StorageReference> references, PickleList keys)
    {
        // The size of an element stands only where the pickle refers to the storage.
        Dictionary<string, StorageReference> referenceByKey = new(StringComparer.Ordinal);
        foreach (StorageReference reference in references)
        {
            if (!referenceByKey.TryAdd(reference.Key, reference))
            {
                throw new CheckpointException(
                    $"{source.Label}: says two different things about the storage {Printable.Quote(reference.Key)}; the file is damaged.");
            }
        }

        Dictionary<string, long> offsets = new(StringComparer.Ordinal);
        foreach (object? item in keys)
        {
            if (item is not string key || !referenceByKey.TryGetValue(key, out StorageReference? reference))
            {
                throw new CheckpointException(
                    $"{source.Label}: lists the storage {Printable.Quote($"{item}")}, which nothing refers to, so that its size is not known; the file is damaged.");
            }

            long count = BitConverter.ToInt64(source.ReadArray(position, sizeof(long)));
            position += sizeof(long);
            if (count != reference.Count)
            {
                throw new CheckpointException(
                    $"{source.Label}: the storage {Printable.Quote(key)} has {count} elements where {reference.Count} are claimed; the file is damaged.");
            }

            Int128 bytes = (Int128)count * reference.ElementType.ByteSize();
            if (bytes > source.Length - position)
            {
                throw new CheckpointException(
                    $"{source.Label}: the storage {Printable.Quote(key)} needs {bytes} bytes, {source.Length - position} are left; the file is truncated: download or copy it again.");
            }

            if (!offsets.TryAdd(key, position))
            {
                throw new CheckpointException($"{source.Label}: lists the storage {Printable.Quote(key)} twice; the file is damaged.");
            }

            position += (long)bytes;
        }

        return offsets;
    }

    private static long Locate(FileSource source, Dictionary<string, long> offsets, StorageReference storage) =>
        offsets.TryGetValue(storage.Key, out long offset)
            ? offset
            : throw new CheckpointException($"{source.Label}: the storage {Printable.Quote(storage.Key)} is missing; the file is damaged: download or copy it again.");
}
