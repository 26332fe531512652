using SamTune.Imaging.Nifti;

namespace SamTune.Imaging;

/// <summary>
/// Exact Euclidean distances between the centres of pixels or voxels, in linear time: lower envelopes of parabolas, one axis after the other (Felzenszwalb
/// and Huttenlocher 2012, "Distance transforms of sampled functions").
/// </summary>
public static class DistanceTransform
{
    /// <summary>Distance of each pixel to the nearest pixel of the object; 0 on the object itself.</summary>
    /// <param name="mask">The object.</param>
    /// <param name="spacing">Millimetres a pixel; <see cref="PixelSpacing.Unit"/> for distances in pixels.</param>
    /// <returns>(H, W) millimetres, row-major; positive infinity everywhere when the mask is empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A spacing is not a positive finite number.</exception>
    public static double[] ToForeground(BinaryMask mask, PixelSpacing spacing)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return Compute(mask.Pixels, Plane(mask.Size), Spacing(spacing), target: true);
    }

    /// <summary>Distance of each voxel to the nearest voxel of the object; 0 on the object itself.</summary>
    /// <param name="mask">The object.</param>
    /// <param name="spacing">Millimetres a voxel.</param>
    /// <returns>Millimetres, one value a voxel, first axis fastest; positive infinity everywhere when the volume is empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A spacing is not a positive finite number.</exception>
    public static double[] ToForeground(BinaryVolume mask, VoxelSpacing spacing)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return Compute(mask.Voxels, mask.Size, spacing, target: true);
    }

    /// <summary>
    /// Depth of each pixel of the object: the distance to the nearest pixel outside it, where everything beyond the picture's edge is
    /// outside as well; 0 off the object. The deepest pixel is the one a person clicks first.
    /// </summary>
    /// <param name="mask">The object.</param>
    /// <param name="spacing">Millimetres a pixel; <see cref="PixelSpacing.Unit"/> for distances in pixels.</param>
    /// <returns>(H, W) millimetres, row-major, always finite.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A spacing is not a positive finite number.</exception>
    public static double[] Depth(BinaryMask mask, PixelSpacing spacing)
    {
        ArgumentNullException.ThrowIfNull(mask);
        (int height, int width) = (mask.Size.Height, mask.Size.Width);
        var framed = new ImageSize(height + 2, width + 2);
        var pixels = new byte[framed.PixelCount];
        for (int y = 0; y < height; y++)
            mask.Pixels.AsSpan(y * width, width).CopyTo(pixels.AsSpan((y + 1) * framed.Width + 1));

        double[] distances = Compute(pixels, Plane(framed), Spacing(spacing), target: false);
        var result = new double[mask.Pixels.Length];
        for (int y = 0; y < height; y++)
            distances.AsSpan((y + 1) * framed.Width + 1, width).CopyTo(result.AsSpan(y * width));
        return result;
    }

    /// <summary>
    /// The deepest pixel of the object (see <see cref="Depth"/>); of equals the first in reading order. Null when the mask is empty.
    /// </summary>
    /// <param name="mask">The object.</param>
    /// <param name="spacing">Millimetres a pixel.</param>
    public static (int X, int Y)? DeepestPixel(BinaryMask mask, PixelSpacing spacing)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.Area == 0)
            return null;

        double[] depth = Depth(mask, spacing);
        int best = 0;
        for (int i = 1; i < depth.Length; i++)
        {
            if (depth[i] > depth[best])
                best = i;
        }

        return (best % mask.Size.Width, best / mask.Size.Width);
    }

    private static VolumeSize Plane(ImageSize size) => new(size.Width, size.Height, 1);

    private static VoxelSpacing Spacing(PixelSpacing spacing) => new(spacing.X, spacing.Y, 1);

    private static double[] Compute(byte[] voxels, VolumeSize size, VoxelSpacing spacing, bool target)
    {
        if (!spacing.IsValid)
            throw new ArgumentOutOfRangeException(nameof(spacing), spacing, "Spacing must be positive and finite.");

        var result = new double[voxels.Length];
        int plane = size.X * size.Y;
        var rows = new Envelope(size.X);
        for (int z = 0; z < size.Z; z++)
        {
            SquaredColumnDistances(voxels.AsSpan(z * plane, plane), result.AsSpan(z * plane, plane), size, spacing.Y, target);
            for (int y = 0; y < size.Y; y++)
                rows.Transform(result.AsSpan((z * plane) + (y * size.X), size.X), spacing.X);
        }

        if (size.Z > 1)
            AcrossPlanes(result, size, spacing.Z);
        for (int i = 0; i < result.Length; i++)
            result[i] = Math.Sqrt(result[i]);
        return result;
    }

    // Along the first axis the input is 0 or infinity, so two sweeps are enough and exact.
    private static void SquaredColumnDistances(ReadOnlySpan<byte> pixels, Span<double> result, VolumeSize size, double step, bool target)
    {
        (int height, int width) = (size.Y, size.X);
        var nearest = new int[width];
        nearest.AsSpan().Fill(-1);
        for (int y = 0, i = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, i++)
            {
                if (pixels[i] != 0 == target)
                    nearest[x] = y;
                result[i] = nearest[x] < 0 ? double.PositiveInfinity : Square((y - nearest[x]) * step);
            }
        }

        nearest.AsSpan().Fill(-1);
        for (int y = height - 1; y >= 0; y--)
        {
            for (int x = 0, i = y * width; x < width; x++, i++)
            {
                if (pixels[i] != 0 == target)
                    nearest[x] = y;
                if (nearest[x] >= 0)
                    result[i] = Math.Min(result[i], Square((nearest[x] - y) * step));
            }
        }
    }

    private static void AcrossPlanes(double[] squares, VolumeSize size, double step)
    {
        int plane = size.X * size.Y;
        var line = new double[size.Z];
        var envelope = new Envelope(size.Z);
        for (int start = 0; start < plane; start++)
        {
            for (int z = 0; z < size.Z; z++)
                line[z] = squares[start + (z * plane)];
            envelope.Transform(line, step);
            for (int z = 0; z < size.Z; z++)
                squares[start + (z * plane)] = line[z];
        }
    }

    private static double Square(double value) => value * value;

    /// <summary>Lower envelope of the parabolas that stand on one line; its buffers are used again for every line.</summary>
    private sealed class Envelope(int length)
    {
        private readonly int[] _vertices = new int[length];
        private readonly double[] _starts = new double[length];
        private readonly double[] _heights = new double[length];

        public void Transform(Span<double> row, double step)
        {
            int count = 0;
            double stepSquared = step * step;
            for (int q = 0; q < row.Length; q++)
            {
                if (double.IsPositiveInfinity(row[q]))
                    continue;

                double start = double.NegativeInfinity;
                while (count > 0)
                {
                    int v = _vertices[count - 1];
                    double rise = (row[q] - _heights[count - 1]) / stepSquared;
                    start = (rise + ((double)q * q) - ((double)v * v)) / (2.0 * (q - v));
                    if (start > _starts[count - 1])
                        break;
                    count--;
                    start = double.NegativeInfinity;
                }

                _vertices[count] = q;
                _starts[count] = start;
                _heights[count] = row[q];
                count++;
            }

            if (count == 0)
                return;

            for (int x = 0, k = 0; x < row.Length; x++)
            {
                while (k + 1 < count && _starts[k + 1] < x)
                    k++;
                row[x] = Square((x - _vertices[k]) * step) + _heights[k];
            }
        }
    }
}
