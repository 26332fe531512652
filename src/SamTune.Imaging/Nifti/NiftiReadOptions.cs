namespace SamTune.Imaging.Nifti;

/// <summary>How a volume is read.</summary>
public sealed record NiftiReadOptions
{
    /// <summary>The options used when none are given.</summary>
    public static NiftiReadOptions Default { get; } = new();

    /// <summary>Which time point of a four-dimensional file, from 0; null refuses a file that has more than one.</summary>
    public int? TimePoint { get; init; }

    /// <summary>Most bytes of voxels that are read into memory, in the file's own number type; at most 2,147,483,591 (one array).</summary>
    public long MaximumBytes { get; init; } = Array.MaxLength;
}
