using System.Numerics;
using System.Runtime.InteropServices;
using SamTune.Imaging.Codecs;

namespace SamTune.Imaging.Nifti;

/// <summary>
/// A volume in memory, in the file's own number type. Slices come out as floats on request, laid out by the rule in
/// <see cref="VolumeGeometry"/>. Safe to read from several threads.
/// </summary>
public sealed class NiftiVolume
{
    private const int PieceLength = 1 << 16;
    private readonly byte[] _voxels;
    private readonly double _slope;
    private readonly double _intercept;

    internal NiftiVolume(string path, NiftiHeader header, byte[] voxels)
    {
        Path = path;
        Geometry = header.Geometry;
        StoredAs = header.Kind;
        _slope = header.Slope;
        _intercept = header.Intercept;
        _voxels = voxels;
    }

    /// <summary>File it came from.</summary>
    public string Path { get; }

    /// <summary>The grid.</summary>
    public VolumeGeometry Geometry { get; }

    /// <summary>How the file stores voxels.</summary>
    public SampleKind StoredAs { get; }

    /// <summary>Reads a single-file NIfTI-1 or NIfTI-2 volume, gzip-compressed or not (by content), of either byte order.</summary>
    /// <param name="path">.nii or .nii.gz file.</param>
    /// <param name="options">How to read; <see cref="NiftiReadOptions.Default"/> when null.</param>
    /// <exception cref="InputException">The file is missing, no such NIfTI, damaged, truncated, too large, or holds NaN or infinite
    /// voxels.</exception>
    public static NiftiVolume Read(string path, NiftiReadOptions? options = null)
        => NiftiFile.Read(path, options ?? NiftiReadOptions.Default);

    /// <summary>Reads the grid alone; voxels stay on disk.</summary>
    /// <param name="path">.nii or .nii.gz file.</param>
    /// <exception cref="InputException">The file is missing, no such NIfTI or its header is damaged.</exception>
    public static VolumeGeometry ReadGeometry(string path) => NiftiFile.ReadHeader(path).Geometry;

    /// <summary>Reads the number of time points alone: 1 for a volume of three dimensions.</summary>
    /// <param name="path">.nii or .nii.gz file.</param>
    /// <exception cref="InputException">The file is missing, no such NIfTI or its header is damaged.</exception>
    public static int CountTimePoints(string path) => NiftiFile.ReadHeader(path).TimePoints;

    /// <summary>One slice as floats: stored number times scl_slope plus scl_inter.</summary>
    /// <param name="axis">Axis the slice goes across.</param>
    /// <param name="index">Number of the slice along it, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such slice.</exception>
    public VolumeSlice Slice(VolumeAxis axis, int index)
    {
        ImageSize size = Geometry.PlaneSize(axis);
        var samples = new float[size.PixelCount];
        double[] values = Plane(axis, index);
        for (int i = 0; i < samples.Length; i++)
            samples[i] = (float)values[i];
        return new VolumeSlice(new Raster(size, 1, samples, StoredAs), Geometry.PlaneSpacing(axis));
    }

    /// <summary>One slice of a label volume.</summary>
    /// <param name="axis">Axis the slice goes across.</param>
    /// <param name="index">Number of the slice along it, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such slice.</exception>
    /// <exception cref="InputException">A value is no whole number from 0 up.</exception>
    public LabelMap LabelSlice(VolumeAxis axis, int index)
    {
        ImageSize size = Geometry.PlaneSize(axis);
        double[] values = Plane(axis, index);
        var labels = new int[values.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            double value = values[i];
            // Scaled integers may miss a whole number by rounding of the slope.
            double whole = Math.Round(value);
            if (!(whole >= 0 && whole <= LabelReader.MaximumLabel && Math.Abs(value - whole) < 1e-3))
            {
                throw new InputException(
                    $"{Path}: a label in slice {axis}={index} is {value}; whole numbers from 0 to {LabelReader.MaximumLabel} "
                        + "are needed: is this the image rather than its labels?");
            }

            labels[i] = (int)whole;
        }

        return new LabelMap(size, labels);
    }

    /// <summary>Every <paramref name="step"/>-th voxel in memory order, scaled; all of them with step 1.</summary>
    /// <param name="step">1 or more.</param>
    public float[] Samples(int step = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        long count = Geometry.Size.VoxelCount;
        var result = new float[(count + step - 1) / step];

        // Piece by piece: of a whole volume the doubles would be the largest thing in memory.
        var piece = new double[Math.Min(result.Length, PieceLength)];
        for (int first = 0; first < result.Length; first += PieceLength)
        {
            int length = Math.Min(PieceLength, result.Length - first);
            Gather(piece, rows: 1, columns: length, start: (long)first * step, rowStep: 0, columnStep: step);
            for (int i = 0; i < length; i++)
                result[first + i] = (float)piece[i];
        }

        return result;
    }

    private double[] Plane(VolumeAxis axis, int index)
    {
        ImageSize size = Geometry.PlaneSize(axis);
        (long start, long rowStep, long columnStep) = Geometry.PlaneLayout(axis, index);
        var values = new double[size.PixelCount];
        Gather(values, size.Height, size.Width, start, rowStep, columnStep);
        return values;
    }

    private void Gather(double[] target, int rows, int columns, long start, long rowStep, long columnStep)
    {
        switch (StoredAs)
        {
            case SampleKind.UInt8: Fill<byte>(); break;
            case SampleKind.Int8: Fill<sbyte>(); break;
            case SampleKind.UInt16: Fill<ushort>(); break;
            case SampleKind.Int16: Fill<short>(); break;
            case SampleKind.UInt32: Fill<uint>(); break;
            case SampleKind.Int32: Fill<int>(); break;
            case SampleKind.UInt64: Fill<ulong>(); break;
            case SampleKind.Int64: Fill<long>(); break;
            case SampleKind.Float32: Fill<float>(); break;
            default: Fill<double>(); break;
        }

        void Fill<T>()
            where T : unmanaged, INumberBase<T>
        {
            ReadOnlySpan<T> voxels = MemoryMarshal.Cast<byte, T>(_voxels);
            for (int y = 0, o = 0; y < rows; y++)
            {
                long position = start + (y * rowStep);
                for (int x = 0; x < columns; x++, o++, position += columnStep)
                    target[o] = (double.CreateTruncating(voxels[(int)position]) * _slope) + _intercept;
            }
        }
    }
}
