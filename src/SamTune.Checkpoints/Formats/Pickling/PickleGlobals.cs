namespace SamTune.Checkpoints.Formats.Pickling;

/// <summary>The allow-list of names that a pickle may look up. Python would import and call whatever it says; here nothing else exists.</summary>
internal static class PickleGlobals
{
    /// <summary>Resolves a name.</summary>
    /// <returns>A <see cref="PickleFunction"/>, a <see cref="StorageType"/> or an <see cref="OpaqueValue"/>; null where the name is not on the list.</returns>
    public static object? Resolve(string module, string name) => (module, name) switch
    {
        ("collections", "OrderedDict") => PickleFunction.OrderedDictionary,
        ("torch._utils", "_rebuild_tensor_v2" or "_rebuild_tensor") => PickleFunction.RebuildTensor,
        ("torch._utils", "_rebuild_parameter" or "_rebuild_parameter_with_state") => PickleFunction.RebuildParameter,
        ("torch", "Size") => PickleFunction.Size,
        ("torch", "device") => PickleFunction.Ignored,
        ("torch", _) => Torch(name),
        ("torch.storage", "UntypedStorage" or "_UntypedStorage") => new StorageType(TensorElementType.UInt8),

        // Learning rates and scores are often NumPy numbers: a dtype and its bytes, packed as text in protocol 2.
        ("numpy.core.multiarray" or "numpy._core.multiarray", "scalar") => PickleFunction.Ignored,
        ("numpy", "dtype") => PickleFunction.Ignored,
        ("_codecs", "encode") => PickleFunction.Ignored,
        _ => null,
    };

    private static object? Torch(string name) => name switch
    {
        "DoubleStorage" => new StorageType(TensorElementType.Float64),
        "FloatStorage" => new StorageType(TensorElementType.Float32),
        "HalfStorage" => new StorageType(TensorElementType.Float16),
        "BFloat16Storage" => new StorageType(TensorElementType.BFloat16),
        "LongStorage" => new StorageType(TensorElementType.Int64),
        "IntStorage" => new StorageType(TensorElementType.Int32),
        "ShortStorage" => new StorageType(TensorElementType.Int16),
        "CharStorage" => new StorageType(TensorElementType.Int8),
        "ByteStorage" or "UntypedStorage" => new StorageType(TensorElementType.UInt8),
        "BoolStorage" => new StorageType(TensorElementType.Boolean),
        "float64" or "float32" or "float16" or "bfloat16" or "int64" or "int32" or "int16" or "int8" or "uint8" or "bool" => OpaqueValue.Instance,
        _ => null,
    };
}
