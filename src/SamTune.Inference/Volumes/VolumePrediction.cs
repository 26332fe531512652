using SamTune.Imaging.Nifti;

namespace SamTune.Inference.Volumes;

/// <summary>What was found in a volume; plain memory.</summary>
/// <param name="Geometry">The volume's grid.</param>
/// <param name="Labels">One label a voxel, 0 is background, first axis fastest; where objects overlap the lower label stands.</param>
/// <param name="Slices">All slices that were looked at, by label, then by slice.</param>
public sealed record VolumePrediction(VolumeGeometry Geometry, ushort[] Labels, IReadOnlyList<SlicePrediction> Slices);
