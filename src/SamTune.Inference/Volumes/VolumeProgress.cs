namespace SamTune.Inference.Volumes;

/// <summary>How far a volume has been followed.</summary>
/// <param name="SlicesDone">Slices looked at; one that is reached from both sides counts twice.</param>
/// <param name="Slice">The slice just done.</param>
/// <param name="Following">Objects that go on beyond it.</param>
public readonly record struct VolumeProgress(int SlicesDone, int Slice, int Following);
