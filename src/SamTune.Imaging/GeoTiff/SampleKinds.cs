namespace SamTune.Imaging.GeoTiff;

/// <summary>The number type of each <see cref="SampleKind"/>.</summary>
internal static class SampleKinds
{
    /// <summary>Bytes of one sample.</summary>
    public static int Bytes(SampleKind kind) => kind switch
    {
        SampleKind.UInt8 or SampleKind.Int8 => 1,
        SampleKind.UInt16 or SampleKind.Int16 => 2,
        SampleKind.UInt32 or SampleKind.Int32 or SampleKind.Float32 => 4,
        _ => 8,
    };

    /// <summary>The kind of a type.</summary>
    /// <exception cref="ArgumentException">No sample is of that type.</exception>
    public static SampleKind Of<T>()
        where T : unmanaged => Type.GetTypeCode(typeof(T)) switch
        {
            TypeCode.Byte => SampleKind.UInt8,
            TypeCode.SByte => SampleKind.Int8,
            TypeCode.UInt16 => SampleKind.UInt16,
            TypeCode.Int16 => SampleKind.Int16,
            TypeCode.UInt32 => SampleKind.UInt32,
            TypeCode.Int32 => SampleKind.Int32,
            TypeCode.UInt64 => SampleKind.UInt64,
            TypeCode.Int64 => SampleKind.Int64,
            TypeCode.Single => SampleKind.Float32,
            TypeCode.Double => SampleKind.Float64,
            _ => throw new ArgumentException($"{typeof(T).Name} is no type of samples."),
        };

    /// <summary>A number as a sample; numbers outside the type's range become its nearest end.</summary>
    public static T From<T>(double value)
        where T : unmanaged => (T)(object)(Type.GetTypeCode(typeof(T)) switch
        {
            TypeCode.Byte => (object)byte.CreateSaturating(value),
            TypeCode.SByte => sbyte.CreateSaturating(value),
            TypeCode.UInt16 => ushort.CreateSaturating(value),
            TypeCode.Int16 => short.CreateSaturating(value),
            TypeCode.UInt32 => uint.CreateSaturating(value),
            TypeCode.Int32 => int.CreateSaturating(value),
            TypeCode.UInt64 => ulong.CreateSaturating(value),
            TypeCode.Int64 => long.CreateSaturating(value),
            TypeCode.Single => (float)value,
            _ => value,
        });
}
