using System.Buffers.Binary;

namespace SamTune.Imaging.Nifti;

/// <summary>
/// The fields of a NIfTI-1 or NIfTI-2 header that are used, checked (nifti1.h, and the NIfTI-2 format description of the NIfTI data format
/// working group).
/// </summary>
internal sealed record NiftiHeader
{
    public const int Version1Length = 348;
    public const int Version2Length = 540;

    // Four bytes after the header say whether extensions follow.
    private const int ExtensionFlagLength = 4;

    /// <summary>Bytes of the header itself: 348 or 540.</summary>
    public required int Length { get; init; }

    public required bool BigEndian { get; init; }

    public required VolumeGeometry Geometry { get; init; }

    public required int TimePoints { get; init; }

    public required SampleKind Kind { get; init; }

    public required int BytesPerVoxel { get; init; }

    public required long DataOffset { get; init; }

    /// <summary>Stored number times this, plus <see cref="Intercept"/>, is the value.</summary>
    public required double Slope { get; init; }

    public required double Intercept { get; init; }

    /// <summary>Version and byte order by the first four bytes, which give the header's own length.</summary>
    /// <exception cref="InputException">The bytes begin no NIfTI header.</exception>
    public static (int Length, bool BigEndian) Recognise(string path, ReadOnlySpan<byte> start)
    {
        int little = BinaryPrimitives.ReadInt32LittleEndian(start), big = BinaryPrimitives.ReadInt32BigEndian(start);
        if (little is Version1Length or Version2Length)
            return (little, false);
        if (big is Version1Length or Version2Length)
            return (big, true);
        throw new InputException(
            $"{path}: the header's length reads {little}; a NIfTI file has 348 or 540 there: convert the file to .nii or "
                + ".nii.gz.");
    }

    /// <summary>Reads and checks a header.</summary>
    /// <exception cref="InputException">A field is out of its range or asks for what is not supported.</exception>
    public static NiftiHeader Parse(string path, byte[] bytes, bool bigEndian)
    {
        var fields = new NiftiFields(bytes, bigEndian);
        CheckMagic(path, fields.Magic);

        long dimensions = fields.Dimension(0);
        if (dimensions is < 1 or > 7)
        {
            throw new InputException(
                $"{path}: dim[0] is {dimensions}; 1 to 7 is possible: the header is damaged, export the volume again.");
        }

        var sizes = new int[8];
        for (int d = 1; d <= 7; d++)
        {
            long size = d <= dimensions ? fields.Dimension(d) : 1;
            if (size is < 1 or > int.MaxValue)
            {
                throw new InputException(
                    $"{path}: dim[{d}] is {size}; 1 or more voxels are needed: the header is damaged, export the volume again.");
            }

            if (d > 4 && size > 1)
            {
                throw new InputException(
                    $"{path}: dim[{d}] is {size}; volumes of three dimensions, or four with time, are read: split the file "
                        + "first.");
            }

            sizes[d] = (int)size;
        }

        (SampleKind kind, int bits) = Datatype(path, fields.Datatype);
        if (fields.BitsPerVoxel != bits)
        {
            throw new InputException(
                $"{path}: bitpix is {fields.BitsPerVoxel}; datatype {fields.Datatype} has {bits}: the header is damaged, export "
                    + "the volume again.");
        }

        long minimumOffset = bytes.Length + ExtensionFlagLength;
        double offset = fields.DataOffset;
        if (offset != 0 && !(offset >= minimumOffset && offset <= long.MaxValue / 2 && Math.Floor(offset) == offset))
        {
            throw new InputException(
                $"{path}: vox_offset is {offset}; {minimumOffset} or more is needed in one file: export the volume again as "
                    + "single-file NIfTI.");
        }

        (double slope, double intercept) = Scaling(path, fields);
        return new NiftiHeader
        {
            Length = bytes.Length,
            BigEndian = bigEndian,
            Geometry = NiftiOrientation.Read(path, fields, new VolumeSize(sizes[1], sizes[2], sizes[3]), (int)dimensions),
            TimePoints = sizes[4],
            Kind = kind,
            BytesPerVoxel = bits / 8,
            DataOffset = Math.Max((long)offset, minimumOffset),
            Slope = slope,
            Intercept = intercept,
        };
    }

    private static void CheckMagic(string path, ReadOnlySpan<byte> magic)
    {
        if (magic.SequenceEqual("n+1\0"u8) || magic.SequenceEqual("n+2\0\r\n\x1A\n"u8))
            return;
        if (magic.StartsWith("ni1"u8) || magic.StartsWith("ni2"u8))
            throw new InputException($"{path}: the header of a .hdr/.img pair; one file is needed: convert it to .nii or .nii.gz.");
        throw new InputException(
            $"{path}: the magic bytes are not 'n+1' or 'n+2'; this is no single-file NIfTI (Analyze 7.5 has none): convert it "
                + "to .nii or .nii.gz.");
    }

    private static (SampleKind Kind, int Bits) Datatype(string path, int code) => code switch
    {
        2 => (SampleKind.UInt8, 8),
        4 => (SampleKind.Int16, 16),
        8 => (SampleKind.Int32, 32),
        16 => (SampleKind.Float32, 32),
        64 => (SampleKind.Float64, 64),
        256 => (SampleKind.Int8, 8),
        512 => (SampleKind.UInt16, 16),
        768 => (SampleKind.UInt32, 32),
        1024 => (SampleKind.Int64, 64),
        1280 => (SampleKind.UInt64, 64),
        1 => throw Unsupported(path, code, "single bits"),
        32 or 1792 or 2048 => throw Unsupported(path, code, "complex numbers"),
        128 or 2304 => throw Unsupported(path, code, "colours"),
        1536 => throw Unsupported(path, code, "128-bit floats"),
        _ => throw Unsupported(path, code, "unknown"),
    };

    private static InputException Unsupported(string path, int code, string what)
        => new(
            $"{path}: datatype {code} ({what}) is not read; integers of 8 to 64 bits and floats of 32 or 64 bits are: convert the volume.");

    // A slope of 0 means "not scaled"; so does one that is no number, as some writers leave it.
    private static (double Slope, double Intercept) Scaling(string path, NiftiFields fields)
    {
        (double slope, double intercept) = (fields.Slope, fields.Intercept);
        if (slope == 0 || !double.IsFinite(slope))
            return (1, 0);
        // The widest stored integers stay finite as single-precision values below this.
        if (!double.IsFinite(intercept) || Math.Abs(slope) > 1e18 || Math.Abs(intercept) > 1e37)
        {
            throw new InputException(
                $"{path}: scl_slope is {slope} and scl_inter {intercept}; finite scaling is needed: export the volume again.");
        }

        return (slope, intercept);
    }
}
