using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;

namespace SamTune.Data.Checking;

/// <summary>What is said about a data set beside its place; each layout uses what applies to it.</summary>
public sealed record DatasetSourceOptions
{
    /// <summary>The options used when none are given.</summary>
    public static DatasetSourceOptions Default { get; } = new();

    /// <summary>How files become pictures; null for what suits their kind, or for what a manifest says.</summary>
    public PreprocessingSpec? Preprocessing { get; init; }

    /// <summary>The one task of a tasks.json to open; null for all.</summary>
    public string? Task { get; init; }

    /// <summary>What mask names have after the picture's; empty for none, and for masks beside their pictures for the usual ones (_mask, _instances, ...).</summary>
    public string MaskSuffix { get; init; } = "";

    /// <summary>
    /// Regular expression for the group (patient, scene) of a picture or volume in its id, as <see cref="PictureOptions.GroupPattern"/>; null for what each layout takes: the first subfolder, the
    /// volume, or what a manifest says.
    /// </summary>
    public string? GroupPattern { get; init; }

    /// <summary>What the numbers of label pictures mean; <see cref="MaskMode.Instances"/> takes SegmentationObject/ of a Pascal VOC folder.</summary>
    public MaskMode MaskMode { get; init; } = MaskMode.Auto;

    /// <summary>Slices of volumes, as <see cref="NiftiSliceOptions.Axis"/>.</summary>
    public string Axis { get; init; } = NiftiSliceOptions.Default.Axis;

    /// <summary>Label values of volumes that are objects; all when null.</summary>
    public IReadOnlyList<int>? LabelValues { get; init; }

    /// <summary>Time point of four-dimensional volumes, as <see cref="NiftiSliceOptions.TimePoint"/>.</summary>
    public int? TimePoint { get; init; }

    /// <summary>The same for a folder of pictures.</summary>
    /// <param name="suited">The recipe where none is asked for.</param>
    internal ImageFolderOptions Pictures(PreprocessingSpec suited) => new() { Preprocessing = Preprocessing ?? suited, MaskSuffix = MaskSuffix, MaskMode = MaskMode, GroupPattern = GroupPattern };

    /// <summary>The same for volumes.</summary>
    internal NiftiSliceOptions Slices => new() { Preprocessing = Preprocessing ?? PreprocessingSpec.Mri, Axis = Axis, LabelValues = LabelValues, TimePoint = TimePoint, GroupPattern = GroupPattern };
}
