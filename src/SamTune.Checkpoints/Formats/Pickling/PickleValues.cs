namespace SamTune.Checkpoints.Formats.Pickling;

/// <summary>A mutable Python list.</summary>
internal sealed class PickleList : List<object?>;

/// <summary>A Python dict or OrderedDict: pairs in the order of insertion. A later value under an equal text key replaces the earlier one.</summary>
internal sealed class PickleDictionary
{
    private readonly List<KeyValuePair<object?, object?>> pairs = [];
    private readonly Dictionary<string, int> indexByText = new(StringComparer.Ordinal);

    public IReadOnlyList<KeyValuePair<object?, object?>> Pairs => pairs;

    public void Set(object? key, object? value)
    {
        if (key is string text)
        {
            if (indexByText.TryGetValue(text, out int index))
            {
                pairs[index] = new(key, value);
                return;
            }

            indexByText.Add(text, pairs.Count);
        }

        pairs.Add(new(key, value));
    }

    public object? Find(string key) => indexByText.TryGetValue(key, out int index) ? pairs[index].Value : null;
}

/// <summary>A value that no tensor needs (a device, a dtype, a NumPy number): known to be harmless, kept as nothing.</summary>
internal sealed class OpaqueValue
{
    public static readonly OpaqueValue Instance = new();
}

/// <summary>The class of a storage, which says how its elements are stored.</summary>
internal sealed record StorageType(TensorElementType ElementType);

/// <summary>A storage that lies outside the pickle.</summary>
/// <param name="Key">Its name: an entry of the archive, or an item of the legacy list of storages.</param>
/// <param name="ElementType">How its elements are stored.</param>
/// <param name="Count">How many elements it claims to have.</param>
internal sealed record StorageReference(string Key, TensorElementType ElementType, long Count);

/// <summary>A tensor: a view of a storage. Numbers are as the pickle claims them, unchecked.</summary>
internal sealed record TensorView(StorageReference Storage, long Offset, long[] Shape, long[] Strides);
