namespace SamTune.Imaging.Nifti;

/// <summary>
/// The affine of a header: the sform where it is set, else the qform, else the voxel sizes alone (methods 3, 2 and 1 of nifti1.h), in
/// millimetres.
/// </summary>
internal static class NiftiOrientation
{
    public static VolumeGeometry Read(string path, NiftiFields fields, VolumeSize size, int dimensions)
    {
        double unit = (fields.Units & 7) switch
        {
            1 => 1000,
            3 => 0.001,
            _ => 1,
        };
        var spacing = new double[3];
        for (int d = 0; d < 3; d++)
        {
            double value = d < dimensions ? Math.Abs(fields.PixelDimension(d + 1)) : 1 / unit;
            spacing[d] = value * unit;
        }

        string source;
        double[] rows;
        if (fields.AffineCode > 0)
        {
            source = "sform";
            rows = [.. Enumerable.Range(0, 12).Select(i => fields.AffineElement(i) * unit)];
        }
        else
        {
            CheckSpacing(path, spacing);
            source = "qform";
            rows = fields.QuaternionCode > 0
                ? FromQuaternion(fields, spacing, unit)
                : [spacing[0], 0, 0, 0, 0, spacing[1], 0, 0, 0, 0, spacing[2], 0];
        }

        if (rows.Any(v => !double.IsFinite(v)))
        {
            throw new InputException(
                $"{path}: the {source} holds a number that is not finite; set the orientation again or clear its code.");
        }

        try
        {
            var affine = new Affine(rows);
            return new VolumeGeometry(size, affine) { Placement = NiftiPlacement.Read(fields, affine, unit) };
        }
        catch (ArgumentException exception)
        {
            throw new InputException(
                $"{path}: the {source} is singular (voxels would fall together); set the orientation again or clear "
                    + "its code.", exception);
        }
    }

    private static void CheckSpacing(string path, double[] spacing)
    {
        for (int d = 0; d < 3; d++)
        {
            if (!(spacing[d] > 0 && double.IsFinite(spacing[d])))
            {
                throw new InputException(
                    $"{path}: pixdim[{d + 1}] gives {spacing[d]} mm; a positive voxel size is needed: set it in the header.");
            }
        }
    }

    // nifti1.h, method 2: a unit quaternion (a, b, c, d) with a >= 0, columns scaled by the voxel sizes, the third one also by
    // the sign of qfac = pixdim[0].
    private static double[] FromQuaternion(NiftiFields fields, double[] spacing, double unit)
    {
        (double b, double c, double d) = (fields.Quaternion(0), fields.Quaternion(1), fields.Quaternion(2));
        double rest = 1 - ((b * b) + (c * c) + (d * d));
        double a;
        if (rest < 1e-7)
        {
            double norm = Math.Sqrt((b * b) + (c * c) + (d * d));
            (a, b, c, d) = (0, b / norm, c / norm, d / norm);
        }
        else
        {
            a = Math.Sqrt(rest);
        }

        (double x, double y) = (spacing[0], spacing[1]);
        double z = fields.PixelDimension(0) < 0 ? -spacing[2] : spacing[2];
        return
        [
            ((a * a) + (b * b) - (c * c) - (d * d)) * x, 2 * ((b * c) - (a * d)) * y, 2 * ((b * d) + (a * c)) * z,
            fields.Quaternion(3) * unit,
            2 * ((b * c) + (a * d)) * x, ((a * a) + (c * c) - (b * b) - (d * d)) * y, 2 * ((c * d) - (a * b)) * z,
            fields.Quaternion(4) * unit,
            2 * ((b * d) - (a * c)) * x, 2 * ((c * d) + (a * b)) * y, ((a * a) + (d * d) - (c * c) - (b * b)) * z,
            fields.Quaternion(5) * unit,
        ];
    }
}
