using SamTune.Data.Datasets;

namespace SamTune.Data.Voc;

/// <summary>How a Pascal VOC folder is read.</summary>
public sealed record VocOptions : PictureOptions
{
    /// <summary>The options used when none are given.</summary>
    public static VocOptions Default { get; } = new();

    /// <summary>
    /// List of pictures, a file of ImageSets/Segmentation without its extension: "train", "val", "trainval" ... All lists together when null.
    /// </summary>
    public string? ImageSet { get; init; }

    /// <summary>True for an object for each value of SegmentationObject/, false for one for each class of SegmentationClass/.</summary>
    public bool Instances { get; init; }

    /// <summary>The value of pixels that belong to nothing that is known (VOC's "void").</summary>
    public int VoidValue { get; init; } = 255;

    /// <summary>
    /// Names of classes by value. When null: those of class_names.txt in the folder (one a line, background first), else VOC's twenty in a
    /// folder whose name begins with "VOC2", else "class 1" and so on for every value that occurs.
    /// </summary>
    public IReadOnlyDictionary<int, string>? ClassNames { get; init; }
}
