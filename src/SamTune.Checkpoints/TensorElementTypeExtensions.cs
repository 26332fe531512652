namespace SamTune.Checkpoints;

/// <summary>What follows from an element type.</summary>
public static class TensorElementTypeExtensions
{
    /// <summary>Bytes that one element takes.</summary>
    /// <param name="elementType">The element type.</param>
    /// <returns>1, 2, 4 or 8.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value is no element type.</exception>
    public static int ByteSize(this TensorElementType elementType) => elementType switch
    {
        TensorElementType.Float64 or TensorElementType.Int64 => 8,
        TensorElementType.Float32 or TensorElementType.Int32 => 4,
        TensorElementType.Float16 or TensorElementType.BFloat16 or TensorElementType.Int16 => 2,
        TensorElementType.Int8 or TensorElementType.UInt8 or TensorElementType.Boolean => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(elementType), elementType, "No such element type."),
    };
}
