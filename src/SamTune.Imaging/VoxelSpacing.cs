namespace SamTune.Imaging;

/// <summary>Distance between the centres of neighbouring voxels along each axis as stored, in millimetres.</summary>
/// <param name="X">Millimetres along the first axis; positive.</param>
/// <param name="Y">Millimetres along the second axis; positive.</param>
/// <param name="Z">Millimetres along the third axis; positive.</param>
public readonly record struct VoxelSpacing(double X, double Y, double Z)
{
    /// <summary>Whether all three are positive and finite.</summary>
    public bool IsValid => X > 0 && Y > 0 && Z > 0 && double.IsFinite(X) && double.IsFinite(Y) && double.IsFinite(Z);
}
