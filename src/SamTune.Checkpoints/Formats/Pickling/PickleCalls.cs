namespace SamTune.Checkpoints.Formats.Pickling;

/// <summary>What the allowed callables of a pickle do.</summary>
internal static class PickleCalls
{
    /// <summary>Dimensions of a tensor; PyTorch itself allows 64.</summary>
    private const int MostDimensions = 64;

    /// <summary>Performs a call.</summary>
    public static object? Call(PickleStack stack, object? function, object?[] arguments) => function switch
    {
        PickleFunction.OrderedDictionary => OrderedDictionary(stack, arguments),
        PickleFunction.RebuildTensor => RebuildTensor(stack, arguments),
        PickleFunction.RebuildParameter => arguments is [TensorView data, ..] ? data : throw stack.Damaged("makes a parameter of something that is no tensor"),
        PickleFunction.Size => arguments is [object?[] sizes] ? sizes : throw stack.Damaged("makes a size of something that is no tuple"),
        PickleFunction.Ignored => OpaqueValue.Instance,
        _ => throw stack.Damaged("calls something that is no function"),
    };

    /// <summary>Resolves a persistent id: ('storage', class, key, device, count), with a view of another storage as sixth in the legacy format.</summary>
    public static StorageReference Storage(PickleStack stack, object? id)
    {
        if (id is not object?[] { Length: 5 or 6 } parts || parts[0] is not "storage")
        {
            throw stack.Damaged("refers to something outside that is no storage");
        }

        if (parts.Length == 6 && parts[5] != null)
        {
            throw stack.Damaged("refers to a view of a storage, as only PyTorch before 0.4 wrote: load the file there and save it again");
        }

        return parts[1] is StorageType type && parts[2] is string key && parts[4] is long count && count >= 0
            ? new StorageReference(key, type.ElementType, count)
            : throw stack.Damaged("refers to a storage without its type, key or size");
    }

    private static PickleDictionary OrderedDictionary(PickleStack stack, object?[] arguments)
    {
        PickleDictionary result = new();
        if (arguments is [PickleList pairs])
        {
            // Python 2 pickled an OrderedDict with its items as a list of pairs.
            foreach (object? pair in pairs)
            {
                (object? key, object? value) = pair switch
                {
                    PickleList { Count: 2 } list => (list[0], list[1]),
                    object?[] { Length: 2 } tuple => (tuple[0], tuple[1]),
                    _ => throw stack.Damaged("makes a dictionary of something that is no list of pairs"),
                };
                result.Set(key, value);
            }
        }
        else if (arguments.Length > 0)
        {
            throw stack.Damaged("makes a dictionary of something that is no list of pairs");
        }

        return result;
    }

    private static TensorView RebuildTensor(PickleStack stack, object?[] arguments)
    {
        if (arguments is not [StorageReference storage, long offset, object?[] shape, object?[] strides, ..] || shape.Length != strides.Length)
        {
            throw stack.Damaged("makes a tensor without its storage, offset, shape or strides");
        }

        if (shape.Length > MostDimensions)
        {
            throw stack.Damaged($"makes a tensor of {shape.Length} dimensions, more than {MostDimensions}");
        }

        return new TensorView(storage, offset, Numbers(stack, shape), Numbers(stack, strides));
    }

    private static long[] Numbers(PickleStack stack, object?[] values)
    {
        long[] numbers = new long[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            numbers[i] = values[i] is long number && number >= 0 ? number : throw stack.Damaged("gives a tensor a negative size or stride");
        }

        return numbers;
    }
}
