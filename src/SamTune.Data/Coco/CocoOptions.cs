using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;

namespace SamTune.Data.Coco;

/// <summary>How a COCO instances file is read.</summary>
public sealed record CocoOptions
{
    /// <summary>The options used when none are given.</summary>
    public static CocoOptions Default { get; } = new();

    /// <summary>Name for logs and manifests; the file's name when null.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// Folder that file names are relative to. When null: the first of "images" beside the file, "images" or the folder itself one level up (COCO keeps annotations/ beside the pictures), a folder
    /// there named as the file after its first underscore (val2017/ for instances_val2017.json), and the file's own folder that holds the first picture.
    /// </summary>
    public string? ImagesFolder { get; init; }

    /// <summary>True to take crowds (iscrowd = 1: one mask over many objects) as objects; they are left out by default, as COCO's tools do.</summary>
    public bool IncludeCrowds { get; init; }

    /// <summary>How masks become objects.</summary>
    public ObjectOptions Objects { get; init; } = new();

    /// <summary>Regular expression for the group of a picture in its id (file name without extension), as for <see cref="ImageFolderOptions.GroupPattern"/>.</summary>
    public string? GroupPattern { get; init; }

    /// <summary>How samples become 8-bit RGB.</summary>
    public PreprocessingSpec Preprocessing { get; init; } = PreprocessingSpec.Rgb;

    /// <summary>Largest pictures that are read.</summary>
    public ReadLimits Limits { get; init; } = ReadLimits.Default;

    /// <summary>Largest annotation file, in bytes.</summary>
    public long MaximumBytes { get; init; } = 1L << 31;

    /// <summary>Checks all values together.</summary>
    /// <exception cref="InputException">A value is out of its range.</exception>
    public void Validate()
    {
        Objects.Validate();
        Preprocessing.Validate("preprocessing");
        SampleGroups.Validate(GroupPattern);
        if (MaximumBytes < 1)
            throw new InputException($"largest annotation file is {MaximumBytes} bytes; 1 or more is needed.");
    }
}
