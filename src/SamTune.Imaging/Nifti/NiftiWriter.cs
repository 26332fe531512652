using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace SamTune.Imaging.Nifti;

/// <summary>
/// Writes single-file NIfTI volumes on a given grid, gzip-compressed when the name ends in .gz. NIfTI-1, or NIfTI-2 where a side is beyond
/// 32767 voxels. A grid that was read from a file is written as that file has it: qform and sform with their codes, voxel sizes and the unit. Of a grid that was made here the affine goes into the
/// sform, in millimetres.
/// </summary>
public static class NiftiWriter
{
    private const int ExtensionFlagLength = 4;

    /// <summary>Writes labels of 8 bits.</summary>
    /// <param name="path">.nii or .nii.gz file; an existing one is replaced, and only by a complete one.</param>
    /// <param name="geometry">Grid of the image that the labels belong to.</param>
    /// <param name="labels">One value a voxel, first axis fastest.</param>
    /// <exception cref="ArgumentException">The number of values does not fit the grid.</exception>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void WriteLabels(string path, VolumeGeometry geometry, byte[] labels) => Write<byte>(path, geometry, labels, datatype: 2);

    /// <summary>Writes labels of 16 bits.</summary>
    /// <inheritdoc cref="WriteLabels(string, VolumeGeometry, byte[])"/>
    public static void WriteLabels(string path, VolumeGeometry geometry, ushort[] labels)
        => Write<ushort>(path, geometry, labels, datatype: 512);

    /// <summary>Writes single-precision values, such as probabilities.</summary>
    /// <param name="path">.nii or .nii.gz file; an existing one is replaced, and only by a complete one.</param>
    /// <param name="geometry">The grid.</param>
    /// <param name="values">One value a voxel, first axis fastest.</param>
    /// <exception cref="ArgumentException">The number of values does not fit the grid.</exception>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void WriteValues(string path, VolumeGeometry geometry, float[] values)
        => Write<float>(path, geometry, values, datatype: 16);

    private static void Write<T>(string path, VolumeGeometry geometry, T[] voxels, short datatype)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(geometry);
        ArgumentNullException.ThrowIfNull(voxels);
        if (voxels.LongLength != geometry.Size.VoxelCount)
        {
            throw new ArgumentException(
                $"A volume of {geometry.Size} needs {geometry.Size.VoxelCount} values; got {voxels.LongLength}.", nameof(voxels));
        }

        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Voxels are written in the machine's byte order, which has to be little-endian.");

        int bytesPerVoxel = Marshal.SizeOf<T>();
        bool second = Math.Max(geometry.Size.X, Math.Max(geometry.Size.Y, geometry.Size.Z)) > short.MaxValue;
        byte[] header = second ? Version2(geometry, datatype, bytesPerVoxel) : Version1(geometry, datatype, bytesPerVoxel);
        AtomicFile.Write(path, stream =>
        {
            if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            {
                WriteContent(stream, header, voxels);
                return;
            }

            using var gzip = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
            WriteContent(gzip, header, voxels);
        });
    }

    private static void WriteContent<T>(Stream stream, byte[] header, T[] voxels)
        where T : unmanaged
    {
        stream.Write(header);
        // In pieces, because a span of bytes over a large array would not fit into an int.
        const int Piece = 1 << 20;
        for (int start = 0; start < voxels.Length; start += Piece)
            stream.Write(MemoryMarshal.AsBytes(voxels.AsSpan(start, Math.Min(Piece, voxels.Length - start))));
    }

    private static byte[] Version1(VolumeGeometry geometry, short datatype, int bytesPerVoxel)
    {
        var header = new byte[NiftiHeader.Version1Length + ExtensionFlagLength];
        BinaryPrimitives.WriteInt32LittleEndian(header, NiftiHeader.Version1Length);
        short[] dimensions = [3, (short)geometry.Size.X, (short)geometry.Size.Y, (short)geometry.Size.Z, 1, 1, 1, 1];
        for (int d = 0; d < 8; d++)
            BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(40 + 2 * d), dimensions[d]);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(70), datatype);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(72), (short)(8 * bytesPerVoxel));
        NiftiPlacement placement = geometry.Placement ?? NiftiPlacement.Of(geometry);
        double[] steps = PixelDimensions(placement);
        for (int d = 0; d < 8; d++)
            BinaryPrimitives.WriteSingleLittleEndian(header.AsSpan(76 + 4 * d), (float)steps[d]);
        BinaryPrimitives.WriteSingleLittleEndian(header.AsSpan(108), header.Length);
        BinaryPrimitives.WriteSingleLittleEndian(header.AsSpan(112), 1);
        header[123] = (byte)placement.Units;
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(252), (short)placement.QuaternionCode);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(254), (short)placement.AffineCode);
        for (int i = 0; i < 6; i++)
            BinaryPrimitives.WriteSingleLittleEndian(header.AsSpan(256 + 4 * i), (float)placement.Quaternion[i]);
        for (int i = 0; i < 12; i++)
            BinaryPrimitives.WriteSingleLittleEndian(header.AsSpan(280 + 4 * i), (float)placement.Affine[i]);
        "n+1\0"u8.CopyTo(header.AsSpan(344));
        return header;
    }

    private static byte[] Version2(VolumeGeometry geometry, short datatype, int bytesPerVoxel)
    {
        var header = new byte[NiftiHeader.Version2Length + ExtensionFlagLength];
        BinaryPrimitives.WriteInt32LittleEndian(header, NiftiHeader.Version2Length);
        "n+2\0\r\n\x1A\n"u8.CopyTo(header.AsSpan(4));
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(12), datatype);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(14), (short)(8 * bytesPerVoxel));
        long[] dimensions = [3, geometry.Size.X, geometry.Size.Y, geometry.Size.Z, 1, 1, 1, 1];
        NiftiPlacement placement = geometry.Placement ?? NiftiPlacement.Of(geometry);
        double[] steps = PixelDimensions(placement);
        for (int d = 0; d < 8; d++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16 + 8 * d), dimensions[d]);
            BinaryPrimitives.WriteDoubleLittleEndian(header.AsSpan(104 + 8 * d), steps[d]);
        }

        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(168), header.Length);
        BinaryPrimitives.WriteDoubleLittleEndian(header.AsSpan(176), 1);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(344), placement.QuaternionCode);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(348), placement.AffineCode);
        for (int i = 0; i < 6; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(header.AsSpan(352 + 8 * i), placement.Quaternion[i]);
        for (int i = 0; i < 12; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(header.AsSpan(400 + 8 * i), placement.Affine[i]);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(500), placement.Units);
        return header;
    }

    private static double[] PixelDimensions(NiftiPlacement placement)
        => [placement.Handedness, placement.Spacing[0], placement.Spacing[1], placement.Spacing[2], 0, 0, 0, 0];
}
