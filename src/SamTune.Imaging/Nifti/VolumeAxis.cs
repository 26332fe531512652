namespace SamTune.Imaging.Nifti;

/// <summary>An axis of a volume as stored; what it means in the body is for the affine to say.</summary>
public enum VolumeAxis
{
    /// <summary>First axis, fastest in memory; x in file terms.</summary>
    I = 0,

    /// <summary>Second axis; y in file terms.</summary>
    J = 1,

    /// <summary>Third axis; z in file terms.</summary>
    K = 2,
}
