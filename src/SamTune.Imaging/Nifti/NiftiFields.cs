using System.Buffers.Binary;

namespace SamTune.Imaging.Nifti;

/// <summary>Raw access to header fields by their offsets, the same for both versions and byte orders.</summary>
internal readonly struct NiftiFields(byte[] bytes, bool bigEndian)
{
    private readonly bool _second = bytes.Length == NiftiHeader.Version2Length;

    public ReadOnlySpan<byte> Magic => _second ? bytes.AsSpan(4, 8) : bytes.AsSpan(344, 4);

    public int Datatype => Int16(_second ? 12 : 70);

    public int BitsPerVoxel => Int16(_second ? 14 : 72);

    public double DataOffset => _second ? Int64(168) : Single(108);

    public double Slope => _second ? Double(176) : Single(112);

    public double Intercept => _second ? Double(184) : Single(116);

    public int Units => _second ? Int32(500) : bytes[123];

    public int QuaternionCode => _second ? Int32(344) : Int16(252);

    public int AffineCode => _second ? Int32(348) : Int16(254);

    public long Dimension(int index) => _second ? Int64(16 + 8 * index) : Int16(40 + 2 * index);

    public double PixelDimension(int index) => _second ? Double(104 + 8 * index) : Single(76 + 4 * index);

    /// <summary>0..2: quaternion b, c, d; 3..5: offset x, y, z.</summary>
    public double Quaternion(int index) => _second ? Double(352 + 8 * index) : Single(256 + 4 * index);

    /// <summary>Element of the three affine rows of four.</summary>
    public double AffineElement(int index) => _second ? Double(400 + 8 * index) : Single(280 + 4 * index);

    private short Int16(int offset)
        => bigEndian
            ? BinaryPrimitives.ReadInt16BigEndian(bytes.AsSpan(offset))
            : BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(offset));

    private int Int32(int offset)
        => bigEndian
            ? BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(offset))
            : BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(offset));

    private long Int64(int offset)
        => bigEndian
            ? BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(offset))
            : BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(offset));

    private float Single(int offset) => BitConverter.Int32BitsToSingle(Int32(offset));

    private double Double(int offset) => BitConverter.Int64BitsToDouble(Int64(offset));
}
