namespace SamTune.Imaging.Nifti;

/// <summary>
/// Where voxels lie in the body: (i, j, k) to millimetres in NIfTI's world, which grows to the right, to the front and upwards (RAS+).
/// </summary>
public sealed class Affine
{
    private readonly double[] _rows;

    /// <summary>Wraps the upper three rows of the 4x4 matrix, row by row; the fourth is 0 0 0 1.</summary>
    /// <param name="rows">12 finite numbers.</param>
    /// <exception cref="ArgumentException">Not 12 finite numbers.</exception>
    public Affine(IReadOnlyList<double> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count != 12 || rows.Any(v => !double.IsFinite(v)))
            throw new ArgumentException("An affine has 3 rows of 4 finite numbers.", nameof(rows));
        _rows = [.. rows];
    }

    /// <summary>An element of the 4x4 matrix.</summary>
    /// <param name="row">0..3.</param>
    /// <param name="column">0..3.</param>
    public double this[int row, int column] => row < 3 ? _rows[row * 4 + column] : column == 3 ? 1 : 0;

    /// <summary>Scaling only: voxel (0, 0, 0) at the world's origin.</summary>
    /// <param name="x">Millimetres from voxel to voxel along i.</param>
    /// <param name="y">Millimetres along j.</param>
    /// <param name="z">Millimetres along k.</param>
    public static Affine FromSpacing(double x, double y, double z) => new([x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0]);

    /// <summary>Position of a voxel's centre, in millimetres.</summary>
    /// <param name="i">Index along the first axis.</param>
    /// <param name="j">Index along the second axis.</param>
    /// <param name="k">Index along the third axis.</param>
    public (double X, double Y, double Z) Apply(double i, double j, double k) => (Row(0, i, j, k), Row(1, i, j, k), Row(2, i, j, k));

    /// <summary>Distance between neighbouring voxels along one axis, in millimetres.</summary>
    /// <param name="axis">The axis.</param>
    public double Step(VolumeAxis axis)
    {
        int c = (int)axis;
        return Math.Sqrt((this[0, c] * this[0, c]) + (this[1, c] * this[1, c]) + (this[2, c] * this[2, c]));
    }

    /// <summary>Determinant of the 3x3 part; 0 when voxels fall together, negative for left-handed storage.</summary>
    public double Determinant
        => (this[0, 0] * ((this[1, 1] * this[2, 2]) - (this[1, 2] * this[2, 1])))
            - (this[0, 1] * ((this[1, 0] * this[2, 2]) - (this[1, 2] * this[2, 0])))
            + (this[0, 2] * ((this[1, 0] * this[2, 1]) - (this[1, 1] * this[2, 0])));

    private double Row(int r, double i, double j, double k) => (this[r, 0] * i) + (this[r, 1] * j) + (this[r, 2] * k) + this[r, 3];
}
