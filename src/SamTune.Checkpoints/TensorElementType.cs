using System.Diagnostics.CodeAnalysis;

namespace SamTune.Checkpoints;

/// <summary>The kinds of numbers that a checkpoint stores.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The types are what the values stand for.")]
public enum TensorElementType
{
    /// <summary>IEEE 754 double precision, 8 bytes.</summary>
    Float64,

    /// <summary>IEEE 754 single precision, 4 bytes.</summary>
    Float32,

    /// <summary>IEEE 754 half precision, 2 bytes.</summary>
    Float16,

    /// <summary>The upper half of a single precision number, 2 bytes.</summary>
    BFloat16,

    /// <summary>Signed, 8 bytes.</summary>
    Int64,

    /// <summary>Signed, 4 bytes.</summary>
    Int32,

    /// <summary>Signed, 2 bytes.</summary>
    Int16,

    /// <summary>Signed, 1 byte.</summary>
    Int8,

    /// <summary>Unsigned, 1 byte.</summary>
    UInt8,

    /// <summary>1 byte; 0 is false.</summary>
    Boolean,
}
