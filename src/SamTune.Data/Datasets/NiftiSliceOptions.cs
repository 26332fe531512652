using SamTune.Data.Preprocessing;
using SamTune.Imaging;

namespace SamTune.Data.Datasets;

/// <summary>How volumes are cut into pictures.</summary>
public sealed record NiftiSliceOptions
{
    /// <summary>The options used when none are given.</summary>
    public static NiftiSliceOptions Default { get; } = new();

    /// <summary>Name for logs and manifests; the file's or folder's name when null.</summary>
    public string? Name { get; init; }

    /// <summary>Axis the slices go across: "axial", "coronal", "sagittal" by the affine, or "i", "j", "k" as stored.</summary>
    public string Axis { get; init; } = "axial";

    /// <summary>Label values that are objects; all but 0 when null (the label volumes are then searched for them on opening).</summary>
    public IReadOnlyList<int>? LabelValues { get; init; }

    /// <summary>All label values together are one class (with id 1), instead of a class each.</summary>
    public bool MergeLabels { get; init; }

    /// <summary>Names of classes by id; "object" or "label 2" and so on where there is none.</summary>
    public IReadOnlyDictionary<int, string> ClassNames { get; init; } = new Dictionary<int, string>();

    /// <summary>Slices to use; all when null.</summary>
    public IReadOnlyList<SliceRange>? Slices { get; init; }

    /// <summary>Slices with fewer pixels of all labels together are left out; 0 keeps empty ones.</summary>
    public int MinimumMaskPixels { get; init; } = 1;

    /// <summary>How masks become objects.</summary>
    public ObjectOptions Objects { get; init; } = new();

    /// <summary>How values become 8-bit grey; statistics are taken over each whole volume.</summary>
    public PreprocessingSpec Preprocessing { get; init; } = PreprocessingSpec.Mri;

    /// <summary>What image names have after the label's name, such as nnU-Net's "_0000".</summary>
    public string ImageSuffix { get; init; } = "";

    /// <summary>What label names have after the image's name, such as "_seg".</summary>
    public string LabelSuffix { get; init; } = "";

    /// <summary>Which time point of four-dimensional images, from 0, and of labels that have several as well; null refuses files with more than one.</summary>
    public int? TimePoint { get; init; }

    /// <summary>
    /// Regular expression for the group of a volume in its id (relative path without extension): the first parenthesis, or the whole match. When null each volume is a group.
    /// </summary>
    public string? GroupPattern { get; init; }

    /// <summary>Volumes (with their labels) kept in memory between calls, 1 or more.</summary>
    public int VolumesInMemory { get; init; } = 2;

    /// <summary>Checks all values together.</summary>
    /// <exception cref="InputException">A value is out of its range.</exception>
    public void Validate()
    {
        Objects.Validate();
        Preprocessing.Validate("preprocessing");
        SampleGroups.Validate(GroupPattern);
        if (LabelValues is { Count: 0 } || LabelValues?.Any(v => v < 1) == true)
            throw new InputException($"label values are [{string.Join(", ", LabelValues)}]; at least one whole number above 0 is needed.");
        if (MinimumMaskPixels < 0)
            throw new InputException($"minimum mask pixels is {MinimumMaskPixels}; 0 or more is needed.");
        if (VolumesInMemory < 1)
            throw new InputException($"volumes in memory is {VolumesInMemory}; 1 or more is needed.");
        if (Slices?.Any(r => r.First < 0 || r.Last < r.First) == true)
        {
            throw new InputException(
                $"slices are {string.Join(", ", Slices)}; ranges such as 11-34 are needed, from 0, both ends included.");
        }
    }
}
