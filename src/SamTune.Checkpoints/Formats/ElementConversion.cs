using System.Runtime.InteropServices;

namespace SamTune.Checkpoints.Formats;

/// <summary>Little-endian stored elements to and from single precision.</summary>
internal static class ElementConversion
{
    /// <summary>Converts every element; exact for all types but Float64, Int64 and Int32, which are rounded to nearest.</summary>
    /// <param name="source">Stored bytes, a whole number of elements.</param>
    /// <param name="elementType">How they are stored.</param>
    /// <param name="destination">As many numbers as the source has elements.</param>
    public static void ToFloat32(ReadOnlySpan<byte> source, TensorElementType elementType, Span<float> destination)
    {
        switch (elementType)
        {
            case TensorElementType.Float64:
                Convert(MemoryMarshal.Cast<byte, double>(source), destination, static value => (float)value);
                break;
            case TensorElementType.Float32:
                MemoryMarshal.Cast<byte, float>(source).CopyTo(destination);
                break;
            case TensorElementType.Float16:
                Convert(MemoryMarshal.Cast<byte, Half>(source), destination, static value => (float)value);
                break;
            case TensorElementType.BFloat16:
                Convert(MemoryMarshal.Cast<byte, ushort>(source), destination, static value => BitConverter.UInt32BitsToSingle((uint)value << 16));
                break;
            case TensorElementType.Int64:
                Convert(MemoryMarshal.Cast<byte, long>(source), destination, static value => value);
                break;
            case TensorElementType.Int32:
                Convert(MemoryMarshal.Cast<byte, int>(source), destination, static value => value);
                break;
            case TensorElementType.Int16:
                Convert(MemoryMarshal.Cast<byte, short>(source), destination, static value => value);
                break;
            case TensorElementType.Int8:
                Convert(MemoryMarshal.Cast<byte, sbyte>(source), destination, static value => value);
                break;
            case TensorElementType.UInt8:
                Convert(source, destination, static value => value);
                break;
            case TensorElementType.Boolean:
                Convert(source, destination, static value => value == 0 ? 0f : 1f);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(elementType), elementType, "No such element type.");
        }
    }

    /// <summary>Converts single precision to a stored floating-point type, rounded to nearest even.</summary>
    /// <param name="source">The numbers.</param>
    /// <param name="elementType">Float32, Float16 or BFloat16.</param>
    /// <param name="destination">Bytes of as many elements.</param>
    public static void FromFloat32(ReadOnlySpan<float> source, TensorElementType elementType, Span<byte> destination)
    {
        switch (elementType)
        {
            case TensorElementType.Float32:
                MemoryMarshal.AsBytes(source).CopyTo(destination);
                break;
            case TensorElementType.Float16:
                Convert(source, MemoryMarshal.Cast<byte, Half>(destination), static value => (Half)value);
                break;
            case TensorElementType.BFloat16:
                Convert(source, MemoryMarshal.Cast<byte, ushort>(destination), RoundToBFloat16);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(elementType), elementType, "Single precision is stored as Float32, Float16 or BFloat16.");
        }
    }

    private static ushort RoundToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);

        // Rounding would carry a NaN's mantissa into infinity; keep it a quiet NaN instead.
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static void Convert<TFrom, TTo>(ReadOnlySpan<TFrom> source, Span<TTo> destination, Func<TFrom, TTo> convert)
    {
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = convert(source[i]);
        }
    }
}
