using SamTune.Data.Datasets;
using SamTune.Imaging;

namespace SamTune.Data.Coco;

/// <summary>How a COCO instances file is read.</summary>
public sealed record CocoOptions : PictureOptions
{
    /// <summary>The options used when none are given.</summary>
    public static CocoOptions Default { get; } = new();

    /// <summary>
    /// Folder that file names are relative to. When null: the first of "images" beside the file, "images" or the folder itself one level up
    /// (COCO keeps annotations/ beside the pictures), a folder there named as the file after its first underscore (val2017/ for
    /// instances_val2017.json), and the file's own folder that holds the first picture.
    /// </summary>
    public string? ImagesFolder { get; init; }

    /// <summary>
    /// True to take crowds (iscrowd = 1: one mask over many objects) as objects; they are left out by default, as COCO's tools do.
    /// </summary>
    public bool IncludeCrowds { get; init; }

    /// <summary>Largest annotation file, in bytes.</summary>
    public long MaximumBytes { get; init; } = 1L << 31;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (MaximumBytes < 1)
            throw new InputException($"largest annotation file is {MaximumBytes} bytes; 1 or more is needed.");
    }
}
