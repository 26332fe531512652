namespace SamTune.Checkpoints.Formats.SafeTensors;

/// <summary>The format's names of element types.</summary>
internal static class SafeTensorsTypes
{
    public const string AllNames = "F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL";

    public static bool TryParse(string name, out TensorElementType elementType)
    {
        TensorElementType? found = name switch
        {
            "F64" => TensorElementType.Float64,
            "F32" => TensorElementType.Float32,
            "F16" => TensorElementType.Float16,
            "BF16" => TensorElementType.BFloat16,
            "I64" => TensorElementType.Int64,
            "I32" => TensorElementType.Int32,
            "I16" => TensorElementType.Int16,
            "I8" => TensorElementType.Int8,
            "U8" => TensorElementType.UInt8,
            "BOOL" => TensorElementType.Boolean,
            _ => null,
        };
        elementType = found.GetValueOrDefault();
        return found != null;
    }

    public static string NameOf(TensorElementType elementType) => elementType switch
    {
        TensorElementType.Float64 => "F64",
        TensorElementType.Float32 => "F32",
        TensorElementType.Float16 => "F16",
        TensorElementType.BFloat16 => "BF16",
        TensorElementType.Int64 => "I64",
        TensorElementType.Int32 => "I32",
        TensorElementType.Int16 => "I16",
        TensorElementType.Int8 => "I8",
        TensorElementType.UInt8 => "U8",
        TensorElementType.Boolean => "BOOL",
        _ => throw new ArgumentOutOfRangeException(nameof(elementType), elementType, "No such element type."),
    };
}
