namespace SamTune.Checkpoints.Formats;

/// <summary>Where the numbers of a tensor lie. Whoever creates one has checked that every element lies inside the file.</summary>
/// <param name="Source">The file.</param>
/// <param name="Offset">Byte of the first element.</param>
/// <param name="Strides">Elements between neighbours along each dimension; null where the tensor is contiguous and row-major.</param>
internal readonly record struct TensorLocation(FileSource Source, long Offset, long[]? Strides);
