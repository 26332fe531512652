using SamTune.Checkpoints.Formats.Pickling;

namespace SamTune.Checkpoints.Formats.Pth;

/// <summary>Checks the views that a pickle claims against their storages and turns them into places in the file.</summary>
internal static class TensorViews
{
    /// <summary>A tensor may be larger than the whole file (an expanded view repeats its elements), but then only up to this many bytes.</summary>
    private const long MostExpandedBytes = 64L << 20;

    /// <summary>Creates the checkpoint.</summary>
    /// <param name="source">The file.</param>
    /// <param name="format">Zip or legacy.</param>
    /// <param name="views">Names and views, in order.</param>
    /// <param name="locateStorage">Byte of a storage's first element; it has checked that all the elements it claims lie in the file.</param>
    public static Checkpoint ToCheckpoint(
        FileSource source,
        CheckpointFormat format,
        List<KeyValuePair<string, TensorView>> views,
        Func<StorageReference, long> locateStorage)
    {
        List<TensorEntry> entries = new(views.Count);
        List<TensorLocation> locations = new(views.Count);
        foreach ((string name, TensorView view) in views)
        {
            TensorEntry entry = new(name, view.Storage.ElementType, view.Shape);
            CheckSize(source, entry);
            CheckBounds(source, name, view);
            long offset = locateStorage(view.Storage) + (view.Offset * entry.ElementType.ByteSize());
            bool contiguous = StridedCopy.IsContiguous(view.Shape, view.Strides);
            entries.Add(entry);
            locations.Add(new TensorLocation(source, offset, contiguous ? null : view.Strides));
        }

        return new Checkpoint(source.Path, format, entries, locations, new Dictionary<string, string>(), [source]);
    }

    private static void CheckSize(FileSource source, TensorEntry entry)
    {
        Int128 bytes = entry.ElementType.ByteSize();
        foreach (long size in entry.Shape)
        {
            bytes = entry.Shape.Contains(0) ? 0 : bytes * size;
            if (bytes > Math.Max(source.Length, MostExpandedBytes))
            {
                throw new CheckpointException(
                    $"{source.Label}: {Printable.Quote(entry.Name)} claims the shape {entry.ShapeText}, more than the file's {source.Length} bytes; the file is damaged or hostile.");
            }
        }
    }

    private static void CheckBounds(FileSource source, string name, TensorView view)
    {
        Int128 extent = StridedCopy.Extent(view.Shape, view.Strides);
        if (view.Offset < 0 || view.Offset + extent > view.Storage.Count)
        {
            throw new CheckpointException(
                $"{source.Label}: {Printable.Quote(name)} reaches to element {view.Offset + extent} of a storage of {view.Storage.Count}; the file is damaged or hostile.");
        }
    }
}
