using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace SamTune.Imaging.Nifti;

/// <summary>From bytes on disk to a checked header and voxels in memory.</summary>
internal static class NiftiFile
{
    // DEFLATE packs at most 258 bytes into 2 bits, about 1032 to 1 (zlib's technical notes): a file cannot hold more than this.
    private const long MaximumCompressionRatio = 1032;
    private const long CompressionSlack = 1 << 16;

    public static NiftiHeader ReadHeader(string path)
    {
        using FileStream file = InputFile.Open(path);
        using Stream content = Uncompressed(file);
        return ReadHeader(path, content);
    }

    public static NiftiVolume Read(string path, NiftiReadOptions options)
    {
        using FileStream file = InputFile.Open(path);
        long length = file.Length;
        using Stream content = Uncompressed(file);
        bool compressed = content is GZipStream;
        NiftiHeader header = ReadHeader(path, content);

        int time = ChooseTimePoint(path, header, options);
        VolumeSize size = header.Geometry.Size;
        // Three sides below 2^31 could overflow a product of longs.
        double claimed = (double)size.X * size.Y * size.Z * header.BytesPerVoxel;
        if (claimed > Math.Min(options.MaximumBytes, Array.MaxLength))
        {
            throw new InputException(
                $"{path}: the header claims {size} voxels of {header.Kind}, {claimed:0} bytes; at most "
                    + $"{Math.Min(options.MaximumBytes, Array.MaxLength)} are read: crop the volume or raise the limit.");
        }

        long bytes = size.VoxelCount * header.BytesPerVoxel;
        double end = header.DataOffset + (claimed * (time + 1));
        double available = compressed ? (length * MaximumCompressionRatio) + CompressionSlack : length;
        if (end > available)
        {
            throw new InputException(
                $"{path}: the header claims {header.DataOffset} + {claimed * (time + 1):0} bytes; the file has "
                    + $"{length}{(compressed ? " compressed, which cannot hold them" : "")}: it is truncated or damaged, copy or "
                    + "export it again.");
        }

        try
        {
            Skip(path, content, header.DataOffset - header.Length + (bytes * time));
            var voxels = new byte[bytes];
            int got = content.ReadAtLeast(voxels, voxels.Length, throwOnEndOfStream: false);
            if (got < voxels.Length)
                throw Truncated(path, bytes, got);
            // Reading on makes the decompressor compare its checksum when the volume is the last thing in the file.
            _ = content.ReadByte();
            if (header.BigEndian == BitConverter.IsLittleEndian)
                SwapBytes(voxels, header.BytesPerVoxel);
            RefuseNonFinite(path, header, voxels);
            return new NiftiVolume(path, header, voxels);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            throw Damaged(path, exception);
        }
    }

    private static NiftiHeader ReadHeader(string path, Stream content)
    {
        try
        {
            var start = new byte[4];
            if (content.ReadAtLeast(start, 4, throwOnEndOfStream: false) < 4)
                throw new InputException($"{path}: the file ends inside the NIfTI header; it is truncated, copy or export it again.");
            (int length, bool bigEndian) = NiftiHeader.Recognise(path, start);
            var bytes = new byte[length];
            start.CopyTo(bytes, 0);
            if (content.ReadAtLeast(bytes.AsSpan(4), length - 4, throwOnEndOfStream: false) < length - 4)
                throw new InputException($"{path}: the file ends inside the NIfTI header; it is truncated, copy or export it again.");
            return NiftiHeader.Parse(path, bytes, bigEndian);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            throw Damaged(path, exception);
        }
    }

    private static Stream Uncompressed(FileStream file)
    {
        int first = file.ReadByte(), second = file.ReadByte();
        file.Position = 0;
        return first == 0x1F && second == 0x8B ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : file;
    }

    private static int ChooseTimePoint(string path, NiftiHeader header, NiftiReadOptions options)
    {
        if (options.TimePoint is int time)
        {
            return time >= 0 && time < header.TimePoints
                ? time
                : throw new InputException(
                    $"{path}: time point {time} was asked for; the file has {(header.TimePoints == 1 ? "0 alone" : $"0 to {header.TimePoints - 1}")}: choose one of them.");
        }

        return header.TimePoints == 1
            ? 0
            : throw new InputException(
                $"{path}: holds {header.TimePoints} time points; one volume is needed: choose one with --time-point, from 0 to "
                    + $"{header.TimePoints - 1}.");
    }

    private static void Skip(string path, Stream content, long count)
    {
        if (content.CanSeek)
        {
            content.Seek(count, SeekOrigin.Current);
            return;
        }

        var buffer = new byte[1 << 16];
        for (long left = count; left > 0;)
        {
            int read = content.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0)
                throw Truncated(path, count, count - left);
            left -= read;
        }
    }

    private static void SwapBytes(byte[] voxels, int bytesPerVoxel)
    {
        switch (bytesPerVoxel)
        {
            case 2:
                Span<short> two = MemoryMarshal.Cast<byte, short>(voxels.AsSpan());
                BinaryPrimitives.ReverseEndianness(two, two);
                break;
            case 4:
                Span<int> four = MemoryMarshal.Cast<byte, int>(voxels.AsSpan());
                BinaryPrimitives.ReverseEndianness(four, four);
                break;
            case 8:
                Span<long> eight = MemoryMarshal.Cast<byte, long>(voxels.AsSpan());
                BinaryPrimitives.ReverseEndianness(eight, eight);
                break;
        }
    }

    private static void RefuseNonFinite(string path, NiftiHeader header, byte[] voxels)
    {
        int bad = -1;
        if (header.Kind == SampleKind.Float32)
        {
            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(voxels);
            for (int i = 0; i < values.Length && bad < 0; i++)
            {
                if (!float.IsFinite((float)((values[i] * header.Slope) + header.Intercept)))
                    bad = i;
            }
        }
        else if (header.Kind == SampleKind.Float64)
        {
            ReadOnlySpan<double> values = MemoryMarshal.Cast<byte, double>(voxels);
            for (int i = 0; i < values.Length && bad < 0; i++)
            {
                if (!float.IsFinite((float)((values[i] * header.Slope) + header.Intercept)))
                    bad = i;
            }
        }

        if (bad < 0)
            return;

        VolumeSize size = header.Geometry.Size;
        throw new InputException(
            $"{path}: voxel ({bad % size.X}, {bad / size.X % size.Y}, {bad / (size.X * size.Y)}) is NaN or infinite; finite "
                + "numbers are needed: replace missing values first.");
    }

    private static InputException Truncated(string path, long needed, long got)
        => new($"{path}: ends after {got} of {needed} bytes of voxels; it is truncated, copy or export it again.");

    private static InputException Damaged(string path, Exception exception)
        => new(
            $"{path}: the compressed data is damaged or truncated ({InputFile.OneLine(exception)}); copy or export it again.", exception);
}
