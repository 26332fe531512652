using System.Buffers.Binary;
using System.IO.Compression;

namespace SamTune.Imaging.Tests;

/// <summary>Builds NIfTI files field by field, also ones that no library would write.</summary>
internal sealed class NiftiBytes
{
    public int Version { get; init; } = 1;

    public bool BigEndian { get; init; }

    public long[] Dimensions { get; init; } = [3, 2, 3, 4, 1, 1, 1, 1];

    public short Datatype { get; init; } = 2;

    public short? Bits { get; init; }

    public double[] PixelDimensions { get; init; } = [1, 1, 1, 1, 1, 1, 1, 1];

    public double Slope { get; init; }

    public double Intercept { get; init; }

    public double? DataOffset { get; init; }

    public int Units { get; init; } = 2;

    public double[]? Quaternion { get; init; }

    public double[]? Affine { get; init; }

    public string? Magic { get; init; }

    public byte[] Voxels { get; init; } = [.. Enumerable.Range(0, 24).Select(i => (byte)i)];

    public static (short Code, short Bits) Type(SampleKind kind) => kind switch
    {
        SampleKind.UInt8 => (2, 8),
        SampleKind.Int16 => (4, 16),
        SampleKind.Int32 => (8, 32),
        SampleKind.Float32 => (16, 32),
        SampleKind.Float64 => (64, 64),
        SampleKind.Int8 => (256, 8),
        SampleKind.UInt16 => (512, 16),
        SampleKind.UInt32 => (768, 32),
        SampleKind.Int64 => (1024, 64),
        _ => (1280, 64),
    };

    /// <summary>Values in a number type and byte order.</summary>
    public static byte[] Encode(SampleKind kind, bool bigEndian, params double[] values) => [.. values.SelectMany(value =>
    {
        byte[] bytes = kind switch
        {
            SampleKind.UInt8 => [(byte)value],
            SampleKind.Int8 => [(byte)(sbyte)value],
            SampleKind.UInt16 => BitConverter.GetBytes((ushort)value),
            SampleKind.Int16 => BitConverter.GetBytes((short)value),
            SampleKind.UInt32 => BitConverter.GetBytes((uint)value),
            SampleKind.Int32 => BitConverter.GetBytes((int)value),
            SampleKind.UInt64 => BitConverter.GetBytes((ulong)value),
            SampleKind.Int64 => BitConverter.GetBytes((long)value),
            SampleKind.Float32 => BitConverter.GetBytes((float)value),
            _ => BitConverter.GetBytes(value),
        };
        if (bigEndian)
            Array.Reverse(bytes);
        return bytes;
    })];

    public byte[] Build()
    {
        bool second = Version == 2;
        var header = new byte[(second ? 540 : 348) + 4];
        Int32(header, 0, second ? 540 : 348);
        short bits = Bits ?? Enum.GetValues<SampleKind>().Select(Type).FirstOrDefault(t => t.Code == Datatype).Bits;
        double offset = DataOffset ?? header.Length;
        if (second)
        {
            (Magic ?? "n+2\0\r\n\x1A\n").Select(c => (byte)c).ToArray().CopyTo(header, 4);
            Int16(header, 12, Datatype);
            Int16(header, 14, bits);
            for (int d = 0; d < 8; d++)
            {
                Int64(header, 16 + 8 * d, Dimensions[d]);
                Double(header, 104 + 8 * d, PixelDimensions[d]);
            }

            Int64(header, 168, (long)offset);
            Double(header, 176, Slope);
            Double(header, 184, Intercept);
            Int32(header, 344, Quaternion == null ? 0 : 1);
            Int32(header, 348, Affine == null ? 0 : 1);
            for (int i = 0; i < 6 && Quaternion != null; i++)
                Double(header, 352 + 8 * i, Quaternion[i]);
            for (int i = 0; i < 12 && Affine != null; i++)
                Double(header, 400 + 8 * i, Affine[i]);
            Int32(header, 500, Units);
        }
        else
        {
            for (int d = 0; d < 8; d++)
            {
                Int16(header, 40 + 2 * d, (short)Dimensions[d]);
                Single(header, 76 + 4 * d, PixelDimensions[d]);
            }

            Int16(header, 70, Datatype);
            Int16(header, 72, bits);
            Single(header, 108, offset);
            Single(header, 112, Slope);
            Single(header, 116, Intercept);
            header[123] = (byte)Units;
            Int16(header, 252, (short)(Quaternion == null ? 0 : 1));
            Int16(header, 254, (short)(Affine == null ? 0 : 1));
            for (int i = 0; i < 6 && Quaternion != null; i++)
                Single(header, 256 + 4 * i, Quaternion[i]);
            for (int i = 0; i < 12 && Affine != null; i++)
                Single(header, 280 + 4 * i, Affine[i]);
            (Magic ?? "n+1\0").Select(c => (byte)c).ToArray().CopyTo(header, 344);
        }

        return [.. header, .. Voxels];
    }

    public static byte[] Compress(byte[] bytes)
    {
        using var result = new MemoryStream();
        using (var gzip = new GZipStream(result, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);
        return result.ToArray();
    }

    private void Int16(byte[] bytes, int offset, short value)
    {
        if (BigEndian)
            BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(offset), value);
        else
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(offset), value);
    }

    private void Int32(byte[] bytes, int offset, int value)
    {
        if (BigEndian)
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(offset), value);
        else
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(offset), value);
    }

    private void Int64(byte[] bytes, int offset, long value)
    {
        if (BigEndian)
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(offset), value);
        else
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(offset), value);
    }

    private void Single(byte[] bytes, int offset, double value) => Int32(bytes, offset, BitConverter.SingleToInt32Bits((float)value));

    private void Double(byte[] bytes, int offset, double value) => Int64(bytes, offset, BitConverter.DoubleToInt64Bits(value));
}
