using System.Buffers.Binary;
using System.Text;

namespace SamTune.Checkpoints.Writing;

/// <summary>
/// Writes the pickle of a state dict, protocol 2: an OrderedDict of calls to <c>_rebuild_tensor_v2</c>, with nothing in it that
/// <c>torch.load(weights_only=True)</c> refuses.
/// </summary>
internal sealed class StateDictPickler(MemoryStream output)
{
    private const byte OrderedDictionaryMemo = 0;
    private const byte RebuildMemo = 1;

    /// <summary>Pickles names, types and shapes; the storage of the n-th tensor is called n.</summary>
    public static byte[] Pickle(IReadOnlyList<TensorEntry> tensors)
    {
        using MemoryStream output = new();
        new StateDictPickler(output).Write(tensors);
        return output.ToArray();
    }

    private void Write(IReadOnlyList<TensorEntry> tensors)
    {
        // Only opcodes that Python's own pickler writes: the restricted unpickler of torch.load knows no others, not even POP.
        output.Write([0x80, 2]);
        Global("collections", "OrderedDict");
        output.Write([(byte)'q', OrderedDictionaryMemo, (byte)')', (byte)'R', (byte)'(']);
        for (int i = 0; i < tensors.Count; i++)
        {
            Text(tensors[i].Name);
            Tensor(tensors[i], i);
        }

        output.Write("u."u8);
    }

    private void Tensor(TensorEntry entry, int key)
    {
        if (key == 0)
        {
            Global("torch._utils", "_rebuild_tensor_v2");
            output.Write([(byte)'q', RebuildMemo]);
        }
        else
        {
            output.Write([(byte)'h', RebuildMemo]);
        }

        output.Write("(("u8);
        Text("storage");
        Global("torch", StorageName(entry.ElementType));
        Text(key.ToString());
        Text("cpu");
        Number(entry.ElementCount);
        output.Write("tQ"u8);
        Number(0);
        Tuple(entry.Shape);
        Tuple(RowMajorStrides(entry.Shape));

        // No gradient required; backward hooks are an empty OrderedDict.
        output.Write([0x89, (byte)'h', OrderedDictionaryMemo, (byte)')', (byte)'R', (byte)'t', (byte)'R']);
    }

    private void Global(string module, string name) => output.Write(Encoding.ASCII.GetBytes($"c{module}\n{name}\n"));

    private void Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        output.WriteByte((byte)'X');
        output.Write(BitConverter.GetBytes(bytes.Length));
        output.Write(bytes);
    }

    private void Tuple(IReadOnlyList<long> numbers)
    {
        if (numbers.Count == 0)
        {
            output.WriteByte((byte)')');
            return;
        }

        output.WriteByte((byte)'(');
        foreach (long number in numbers)
        {
            Number(number);
        }

        output.WriteByte((byte)'t');
    }

    private void Number(long number)
    {
        if (number <= int.MaxValue)
        {
            output.WriteByte((byte)'J');
            output.Write(BitConverter.GetBytes((int)number));
            return;
        }

        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        output.Write([0x8A, 8]);
        output.Write(bytes);
    }

    private static long[] RowMajorStrides(IReadOnlyList<long> shape)
    {
        long[] strides = new long[shape.Count];
        long stride = 1;
        for (int dimension = shape.Count - 1; dimension >= 0; dimension--)
        {
            strides[dimension] = stride;
            stride *= Math.Max(shape[dimension], 1);
        }

        return strides;
    }

    private static string StorageName(TensorElementType elementType) => elementType switch
    {
        TensorElementType.Float64 => "DoubleStorage",
        TensorElementType.Float32 => "FloatStorage",
        TensorElementType.Float16 => "HalfStorage",
        TensorElementType.BFloat16 => "BFloat16Storage",
        TensorElementType.Int64 => "LongStorage",
        TensorElementType.Int32 => "IntStorage",
        TensorElementType.Int16 => "ShortStorage",
        TensorElementType.Int8 => "CharStorage",
        TensorElementType.UInt8 => "ByteStorage",
        TensorElementType.Boolean => "BoolStorage",
        _ => throw new ArgumentOutOfRangeException(nameof(elementType), elementType, "No such element type."),
    };
}
