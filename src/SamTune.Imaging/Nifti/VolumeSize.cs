namespace SamTune.Imaging.Nifti;

/// <summary>Voxels along the three axes of a volume, as stored: the first axis varies fastest in memory.</summary>
/// <param name="X">Voxels along the first axis (i).</param>
/// <param name="Y">Voxels along the second axis (j).</param>
/// <param name="Z">Voxels along the third axis (k).</param>
public readonly record struct VolumeSize(int X, int Y, int Z)
{
    /// <summary>Number of voxels, without overflow for sizes that were checked.</summary>
    public long VoxelCount => (long)X * Y * Z;

    /// <summary>Voxels along one axis.</summary>
    /// <param name="axis">The axis.</param>
    public int Along(VolumeAxis axis) => axis switch { VolumeAxis.I => X, VolumeAxis.J => Y, _ => Z };

    /// <summary>"181x217x181".</summary>
    public override string ToString() => $"{X}x{Y}x{Z}";
}
