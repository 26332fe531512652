namespace SamTune.Checkpoints.Formats;

/// <summary>Gathers a view with arbitrary strides into contiguous row-major order.</summary>
internal static class StridedCopy
{
    /// <summary>Whether the strides are those of a contiguous row-major tensor; the stride of a size-1 dimension says nothing.</summary>
    public static bool IsContiguous(IReadOnlyList<long> shape, IReadOnlyList<long> strides)
    {
        long expected = 1;
        for (int dimension = shape.Count - 1; dimension >= 0; dimension--)
        {
            if (shape[dimension] == 0)
            {
                return true;
            }

            if (shape[dimension] != 1 && strides[dimension] != expected)
            {
                return false;
            }

            expected *= shape[dimension];
        }

        return true;
    }

    /// <summary>Elements between the first and the last element of a view, both included; 0 for an empty view.</summary>
    public static Int128 Extent(IReadOnlyList<long> shape, IReadOnlyList<long> strides)
    {
        Int128 last = 0;
        for (int dimension = 0; dimension < shape.Count; dimension++)
        {
            if (shape[dimension] == 0)
            {
                return 0;
            }

            last += (Int128)(shape[dimension] - 1) * strides[dimension];
        }

        return last + 1;
    }

    /// <summary>Copies the view's elements in row-major order.</summary>
    /// <param name="source">Bytes from the view's first element to its last.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="shape">Sizes, none 0.</param>
    /// <param name="strides">Elements between neighbours, one for each dimension, none negative.</param>
    /// <param name="destination">Bytes of all elements.</param>
    public static void Gather(ReadOnlySpan<byte> source, int elementSize, IReadOnlyList<long> shape, long[] strides, Span<byte> destination)
    {
        long[] index = new long[shape.Count];
        long position = 0;
        for (int written = 0; written < destination.Length; written += elementSize)
        {
            source.Slice((int)position * elementSize, elementSize).CopyTo(destination[written..]);
            for (int dimension = shape.Count - 1; dimension >= 0; dimension--)
            {
                position += strides[dimension];
                if (++index[dimension] < shape[dimension])
                {
                    break;
                }

                position -= strides[dimension] * shape[dimension];
                index[dimension] = 0;
            }
        }
    }
}
