namespace SamTune.Imaging.GeoTiff;

/// <summary>
/// The decoded parts of a file that were used last, up to a number of bytes: windows that stand side by side share parts, and where parts are strips all of them do.
/// </summary>
internal sealed class BlockCache
{
    private const long MostBytes = 1L << 27;

    private readonly Dictionary<int, LinkedListNode<(int Index, byte[] Bytes)>> _byIndex = [];
    private readonly LinkedList<(int Index, byte[] Bytes)> _byAge = new();
    private long _bytes;

    /// <summary>A part; null when it is not kept.</summary>
    public byte[]? Find(int index)
    {
        if (!_byIndex.TryGetValue(index, out LinkedListNode<(int Index, byte[] Bytes)>? node))
            return null;
        _byAge.Remove(node);
        _byAge.AddFirst(node);
        return node.Value.Bytes;
    }

    /// <summary>Keeps a part, which must not change from then on.</summary>
    public void Keep(int index, byte[] bytes)
    {
        _byIndex.Add(index, _byAge.AddFirst((index, bytes)));
        for (_bytes += bytes.Length; _bytes > MostBytes && _byAge.Last is { } oldest; _bytes -= oldest.Value.Bytes.Length)
        {
            _byAge.RemoveLast();
            _byIndex.Remove(oldest.Value.Index);
        }
    }
}
