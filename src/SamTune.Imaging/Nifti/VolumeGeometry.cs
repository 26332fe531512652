namespace SamTune.Imaging.Nifti;

/// <summary>
/// The grid of a volume: how many voxels, and where they lie. Also the one rule for cutting it into pictures, used for images, labels and
/// the way back alike.
/// </summary>
/// <remarks>
/// A slice across an axis shows the other two in stored order: the first of them runs along the columns (left to right), the second along
/// the rows. Nothing is resampled or transposed; only the rows are turned over where the row axis grows upwards or forwards in the body, so
/// that the top of the head (axial: the face) is at the top of the picture whichever way the file stores it. Left and right stay as stored.
/// </remarks>
public sealed class VolumeGeometry
{
    // World axes in NIfTI's order: x to the right, y to the front, z upwards.
    private static readonly string[] PositiveCodes = ["R", "A", "S"];
    private static readonly string[] NegativeCodes = ["L", "P", "I"];

    private readonly int[] _worldAxes;

    /// <summary>Creates a grid.</summary>
    /// <param name="size">Voxels along the axes, each at least 1.</param>
    /// <param name="affine">Voxel to millimetres; its columns must not lie in one plane.</param>
    /// <exception cref="ArgumentException">The size is empty or the affine singular.</exception>
    public VolumeGeometry(VolumeSize size, Affine affine)
    {
        ArgumentNullException.ThrowIfNull(affine);
        if (size.X < 1 || size.Y < 1 || size.Z < 1)
            throw new ArgumentException($"A volume of {size} is empty.", nameof(size));
        double volume = affine.Step(VolumeAxis.I) * affine.Step(VolumeAxis.J) * affine.Step(VolumeAxis.K);
        if (!(volume > 0) || Math.Abs(affine.Determinant) < 1e-6 * volume)
            throw new ArgumentException("The affine is singular.", nameof(affine));

        Size = size;
        Affine = affine;
        _worldAxes = MatchWorldAxes(affine);
    }

    /// <summary>Voxels along the axes.</summary>
    public VolumeSize Size { get; }

    /// <summary>Voxel to millimetres.</summary>
    public Affine Affine { get; }

    /// <summary>What the header that the grid was read from says in its own numbers; null for a grid that was made here.</summary>
    internal NiftiPlacement? Placement { get; init; }

    /// <summary>Distance between neighbouring voxels along each axis, in millimetres.</summary>
    public (double X, double Y, double Z) Spacing => (Affine.Step(VolumeAxis.I), Affine.Step(VolumeAxis.J), Affine.Step(VolumeAxis.K));

    /// <summary>Where each axis grows to, such as "RAS" or "LSA": right/left, anterior/posterior, superior/inferior.</summary>
    public string AxisCodes => string.Concat(Enum.GetValues<VolumeAxis>().Select(axis
        => (GrowsPositive(axis) ? PositiveCodes : NegativeCodes)[_worldAxes[(int)axis]]));

    /// <summary>Finds the axis that slices go across.</summary>
    /// <param name="name">"i", "j", "k" (or "x", "y", "z", "0", "1", "2") as stored, or "sagittal", "coronal", "axial" by the
    /// affine.</param>
    /// <exception cref="InputException">The name is unknown.</exception>
    public VolumeAxis FindAxis(string name) => name?.ToUpperInvariant() switch
    {
        "I" or "X" or "0" => VolumeAxis.I,
        "J" or "Y" or "1" => VolumeAxis.J,
        "K" or "Z" or "2" => VolumeAxis.K,
        "SAGITTAL" => AxisAlongWorld(0),
        "CORONAL" => AxisAlongWorld(1),
        "AXIAL" => AxisAlongWorld(2),
        _ => throw new InputException(
            $"slice axis '{name}': unknown; give i, j or k (as stored), or axial, coronal or sagittal (by the affine)."),
    };

    /// <summary>Height and width of a slice across an axis.</summary>
    /// <param name="axis">Axis the slice goes across.</param>
    public ImageSize PlaneSize(VolumeAxis axis)
    {
        (VolumeAxis columns, VolumeAxis rows) = InPlane(axis);
        return new ImageSize(Size.Along(rows), Size.Along(columns));
    }

    /// <summary>Millimetres a pixel of a slice across an axis.</summary>
    /// <param name="axis">Axis the slice goes across.</param>
    public PixelSpacing PlaneSpacing(VolumeAxis axis)
    {
        (VolumeAxis columns, VolumeAxis rows) = InPlane(axis);
        return new PixelSpacing(Affine.Step(rows), Affine.Step(columns));
    }

    /// <summary>Whether the first row of a slice shows the last voxels of the row axis (see the remarks).</summary>
    /// <param name="axis">Axis the slice goes across.</param>
    public bool RowsAreFlipped(VolumeAxis axis)
    {
        VolumeAxis rows = InPlane(axis).Rows;
        return _worldAxes[(int)rows] != 0 && GrowsPositive(rows);
    }

    /// <summary>Index into voxel memory of a slice's pixels: the way from pictures back to the volume.</summary>
    /// <param name="axis">Axis the slice goes across.</param>
    /// <param name="index">Number of the slice along the axis.</param>
    /// <returns>Memory index of pixel (y, x) is <c>Start + y * RowStep + x * ColumnStep</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such slice.</exception>
    public (long Start, long RowStep, long ColumnStep) PlaneLayout(VolumeAxis axis, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Size.Along(axis));
        (VolumeAxis columns, VolumeAxis rows) = InPlane(axis);
        long start = index * Stride(axis), rowStep = Stride(rows);
        return RowsAreFlipped(axis)
            ? (start + ((Size.Along(rows) - 1) * rowStep), -rowStep, Stride(columns))
            : (start, rowStep, Stride(columns));
    }

    /// <summary>Whether another grid has the same voxels at the same places (to a hundredth of a voxel).</summary>
    /// <param name="other">The other grid.</param>
    public bool IsSameGridAs(VolumeGeometry other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Size != other.Size)
            return false;

        double tolerance = 0.01 * Math.Min(Spacing.X, Math.Min(Spacing.Y, Spacing.Z));
        for (int corner = 0; corner < 8; corner++)
        {
            double i = (corner & 1) * (Size.X - 1), j = (corner >> 1 & 1) * (Size.Y - 1), k = (corner >> 2) * (Size.Z - 1);
            (double x, double y, double z) = Affine.Apply(i, j, k);
            (double otherX, double otherY, double otherZ) = other.Affine.Apply(i, j, k);
            if (Math.Abs(x - otherX) > tolerance || Math.Abs(y - otherY) > tolerance || Math.Abs(z - otherZ) > tolerance)
                return false;
        }

        return true;
    }

    private static (VolumeAxis Columns, VolumeAxis Rows) InPlane(VolumeAxis axis) => axis switch
    {
        VolumeAxis.I => (VolumeAxis.J, VolumeAxis.K),
        VolumeAxis.J => (VolumeAxis.I, VolumeAxis.K),
        VolumeAxis.K => (VolumeAxis.I, VolumeAxis.J),
        _ => throw new ArgumentOutOfRangeException(nameof(axis)),
    };

    // Each stored axis is given the world axis it runs along most, no world axis twice: of the six assignments the one with
    // the largest sum.
    private static int[] MatchWorldAxes(Affine affine)
    {
        int[][] assignments = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        return assignments.MaxBy(a => Enumerable.Range(0, 3).Sum(c => Math.Abs(affine[a[c], c]) / affine.Step((VolumeAxis)c)))!;
    }

    private VolumeAxis AxisAlongWorld(int world) => (VolumeAxis)Array.IndexOf(_worldAxes, world);

    private bool GrowsPositive(VolumeAxis axis) => Affine[_worldAxes[(int)axis], (int)axis] > 0;

    private long Stride(VolumeAxis axis) => axis switch { VolumeAxis.I => 1, VolumeAxis.J => Size.X, _ => (long)Size.X * Size.Y };
}
