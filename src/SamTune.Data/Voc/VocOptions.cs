using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;

namespace SamTune.Data.Voc;

/// <summary>How a Pascal VOC folder is read.</summary>
public sealed record VocOptions
{
    /// <summary>The options used when none are given.</summary>
    public static VocOptions Default { get; } = new();

    /// <summary>Name for logs and manifests; the folder's name when null.</summary>
    public string? Name { get; init; }

    /// <summary>List of pictures, a file of ImageSets/Segmentation without its extension: "train", "val", "trainval" ... All lists together when null.</summary>
    public string? ImageSet { get; init; }

    /// <summary>True for an object for each value of SegmentationObject/, false for one for each class of SegmentationClass/.</summary>
    public bool Instances { get; init; }

    /// <summary>The value of pixels that belong to nothing that is known (VOC's "void").</summary>
    public int VoidValue { get; init; } = 255;

    /// <summary>How masks become objects.</summary>
    public ObjectOptions Objects { get; init; } = new();

    /// <summary>
    /// Names of classes by value. When null: those of class_names.txt in the folder (one a line, background first), else VOC's twenty in a folder whose name begins with "VOC2", else
    /// "class 1" and so on for every value that occurs.
    /// </summary>
    public IReadOnlyDictionary<int, string>? ClassNames { get; init; }

    /// <summary>Regular expression for the group of a picture in its name, as for <see cref="ImageFolderOptions.GroupPattern"/>.</summary>
    public string? GroupPattern { get; init; }

    /// <summary>How samples become 8-bit RGB.</summary>
    public PreprocessingSpec Preprocessing { get; init; } = PreprocessingSpec.Rgb;

    /// <summary>Largest pictures that are read.</summary>
    public ReadLimits Limits { get; init; } = ReadLimits.Default;

    /// <summary>Checks all values together.</summary>
    /// <exception cref="InputException">A value is out of its range.</exception>
    public void Validate()
    {
        Objects.Validate();
        Preprocessing.Validate("preprocessing");
        SampleGroups.Validate(GroupPattern);
    }
}
