using SamTune.Imaging;

namespace SamTune.Inference.Volumes;

/// <summary>A box that a person drew on one slice.</summary>
/// <param name="Label">The object, 1..65535; several boxes of one label on different slices belong to one object.</param>
/// <param name="Slice">Number of the slice along the axis, from 0.</param>
/// <param name="Box">Around the object, in pixels of the slice as <see cref="Imaging.Nifti.VolumeGeometry"/> lays it out.</param>
public sealed record VolumeKeyframe(int Label, int Slice, BoundingBox Box);
