using SamTune.Imaging.Nifti;

namespace SamTune.Cli.Tests;

/// <summary>A small volume with a bright ball and its label, as NIfTI.</summary>
internal static class SmallVolume
{
    private const int Side = 24;
    private const int Slices = 8;

    /// <summary>Writes both files.</summary>
    public static void Write(string scan, string labels)
    {
        var values = new float[Side * Side * Slices];
        var ball = new byte[values.Length];
        for (int v = 0; v < values.Length; v++)
        {
            double x = (v % Side) - 11, y = (v / Side % Side) - 13, z = ((v / Side / Side) - 3.5) * 2;
            ball[v] = (x * x) + (y * y) + (z * z) < 64 ? (byte)1 : (byte)0;
            values[v] = (ball[v] * 300) + (v % 11);
        }

        var geometry = new VolumeGeometry(new VolumeSize(Side, Side, Slices), Affine.FromSpacing(1, 1, 2));
        NiftiWriter.WriteValues(scan, geometry, values);
        NiftiWriter.WriteLabels(labels, geometry, ball);
    }
}
