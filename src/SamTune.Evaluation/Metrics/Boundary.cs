using SamTune.Imaging;
using SamTune.Imaging.Nifti;

namespace SamTune.Evaluation.Metrics;

/// <summary>
/// The outline of a mask, or the surface of a volume, as elements with a place and a weight. An element sits on a corner, where four pixels
/// (eight voxels) meet that are not all alike; its weight is the length (area) of the contour through those, see <see cref="ContourWeights"/>.
/// What lies outside the picture is background.
/// Definition: Nikolov et al. 2018, "Deep learning to achieve clinically applicable segmentation of head and neck anatomy for
/// radiotherapy", arXiv:1809.04430, supplement.
/// </summary>
internal sealed class Boundary
{
    // Which of the pixels or voxels around each corner are set, as ContourWeights numbers them.
    private readonly byte[] _codes;
    private readonly double[] _weightByCode;

    private Boundary(VolumeSize corners, byte[] codes, double[] weightByCode)
    {
        _codes = codes;
        _weightByCode = weightByCode;
        byte allSet = (byte)(weightByCode.Length - 1);
        Elements = new BinaryVolume(corners, Array.ConvertAll(codes, c => c != 0 && c != allSet ? (byte)1 : (byte)0));
    }

    /// <summary>The corners that an element sits on, one plane of them for a picture.</summary>
    public BinaryVolume Elements { get; }

    /// <summary>Length (mm) or area (mm2) of the element on a corner; 0 where there is none.</summary>
    /// <param name="index">Index into the voxels of <see cref="Elements"/>.</param>
    public double WeightAt(int index) => _weightByCode[_codes[index]];

    /// <summary>Finds the outline inside a window of a mask that holds the whole object.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="window">Pixels to look at; nothing is set outside.</param>
    /// <param name="spacing">Millimetres a pixel.</param>
    public static Boundary Of(BinaryMask mask, PixelWindow window, PixelSpacing spacing)
    {
        var corners = new VolumeSize(window.Width + 1, window.Height + 1, 1);
        var codes = new byte[corners.VoxelCount];
        for (int y = 0; y < window.Height; y++)
        {
            for (int x = 0; x < window.Width; x++)
            {
                if (mask[window.Y + y, window.X + x])
                {
                    MarkCorners(codes, (y * corners.X) + x, corners.X, shift: 0);
                }
            }
        }

        return new Boundary(corners, codes, ContourWeights.Lengths(spacing));
    }

    /// <summary>Finds the surface inside a part of a volume that holds the whole object.</summary>
    /// <param name="mask">The volume.</param>
    /// <param name="first">First voxel along each axis.</param>
    /// <param name="size">Voxels to look at; nothing is set outside.</param>
    /// <param name="spacing">Millimetres a voxel.</param>
    public static Boundary Of(BinaryVolume mask, (int X, int Y, int Z) first, VolumeSize size, VoxelSpacing spacing)
    {
        var corners = new VolumeSize(size.X + 1, size.Y + 1, size.Z + 1);
        var codes = new byte[corners.VoxelCount];
        int plane = corners.X * corners.Y;
        for (int z = 0; z < size.Z; z++)
        {
            for (int y = 0; y < size.Y; y++)
            {
                for (int x = 0; x < size.X; x++)
                {
                    if (mask[first.X + x, first.Y + y, first.Z + z])
                    {
                        // The voxel is of the farther plane for the corners before it, of the nearer one for those behind it.
                        int corner = (z * plane) + (y * corners.X) + x;
                        MarkCorners(codes, corner, corners.X, shift: 4);
                        MarkCorners(codes, corner + plane, corners.X, shift: 0);
                    }
                }
            }
        }

        return new Boundary(corners, codes, ContourWeights.Areas(spacing));
    }

    // The pixel is the lower right one of the corner above and left of it, and so on.
    private static void MarkCorners(byte[] codes, int corner, int columns, int shift)
    {
        codes[corner] |= (byte)(8 << shift);
        codes[corner + 1] |= (byte)(4 << shift);
        codes[corner + columns] |= (byte)(2 << shift);
        codes[corner + columns + 1] |= (byte)(1 << shift);
    }
}
