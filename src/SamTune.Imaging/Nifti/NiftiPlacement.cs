namespace SamTune.Imaging.Nifti;

/// <summary>
/// Where a header says that its voxels lie, in its own numbers: both transforms with their codes, and the unit. Kept, so that a volume on the same grid says the same and every viewer, whichever transform
/// it looks at, lays one over the other (nifti1.h, "3D IMAGE (VOLUME) ORIENTATION AND LOCATION IN SPACE").
/// </summary>
internal sealed record NiftiPlacement
{
    private const int Millimetres = 2, ScannerCoordinates = 1, LargestCode = 5, SpatialUnits = 7;

    /// <summary>Spatial part of xyzt_units: 0 unknown, 1 metres, 2 millimetres, 3 micrometres.</summary>
    public required int Units { get; init; }

    /// <summary>pixdim[1..3], above 0, in <see cref="Units"/>.</summary>
    public required IReadOnlyList<double> Spacing { get; init; }

    /// <summary>pixdim[0]: 1, or -1 where the quaternion's third axis is turned over.</summary>
    public double Handedness { get; init; } = 1;

    /// <summary>qform_code, 0 for no quaternion.</summary>
    public int QuaternionCode { get; init; }

    /// <summary>b, c, d and the offset x, y, z.</summary>
    public IReadOnlyList<double> Quaternion { get; init; } = new double[6];

    /// <summary>sform_code, 0 for no affine.</summary>
    public int AffineCode { get; init; }

    /// <summary>Three rows of four.</summary>
    public IReadOnlyList<double> Affine { get; init; } = new double[12];

    /// <summary>The placement of a grid that was made here: the affine as sform, in millimetres.</summary>
    public static NiftiPlacement Of(VolumeGeometry geometry) => new()
    {
        Units = Millimetres,
        Spacing = [geometry.Spacing.X, geometry.Spacing.Y, geometry.Spacing.Z],
        // The code that every reader takes an affine from.
        AffineCode = ScannerCoordinates,
        Affine = [.. Enumerable.Range(0, 12).Select(i => geometry.Affine[i / 4, i % 4])],
    };

    /// <summary>That of a header that was read. A transform that holds a number that is not finite is left out; no reader can have used it.</summary>
    /// <param name="fields">The header.</param>
    /// <param name="used">The affine that was taken from it, in millimetres, for voxel sizes that the header lacks.</param>
    /// <param name="unit">Millimetres of the header's unit.</param>
    public static NiftiPlacement Read(NiftiFields fields, Affine used, double unit)
    {
        double[] quaternion = [.. Enumerable.Range(0, 6).Select(fields.Quaternion)], affine = [.. Enumerable.Range(0, 12).Select(fields.AffineElement)];
        double[] own = [.. Enum.GetValues<VolumeAxis>().Select(axis => used.Step(axis) / unit)], claimed = [.. Enumerable.Range(1, 3).Select(d => Math.Abs(fields.PixelDimension(d)))];
        bool hasQuaternion = fields.QuaternionCode > 0 && Array.TrueForAll(quaternion, double.IsFinite), hasAffine = fields.AffineCode > 0 && Array.TrueForAll(affine, double.IsFinite);
        return new NiftiPlacement
        {
            Units = fields.Units & SpatialUnits,
            Spacing = [.. claimed.Zip(own, (c, o) => c > 0 && double.IsFinite(c) ? c : o)],
            Handedness = fields.PixelDimension(0) < 0 ? -1 : 1,
            QuaternionCode = hasQuaternion ? Math.Min(fields.QuaternionCode, LargestCode) : 0,
            Quaternion = hasQuaternion ? quaternion : new double[6],
            AffineCode = hasAffine ? Math.Min(fields.AffineCode, LargestCode) : 0,
            Affine = hasAffine ? affine : new double[12],
        };
    }
}
