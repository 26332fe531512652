namespace SamTune.Data.Checking;

/// <summary>What was found in a data set.</summary>
/// <param name="Root">The folder.</param>
/// <param name="Layout">How it is laid out.</param>
/// <param name="Parts">Each part counted.</param>
/// <param name="Files">What the files hold.</param>
/// <param name="Problems">Errors first.</param>
public sealed record DatasetReport(string Root, string Layout, IReadOnlyList<PartReport> Parts, FilesReport Files, IReadOnlyList<DatasetProblem> Problems)
{
    /// <summary>Number of errors.</summary>
    public int Errors => Problems.Count(p => p.Severity == ProblemSeverity.Error);

    /// <summary>Number of warnings.</summary>
    public int Warnings => Problems.Count(p => p.Severity == ProblemSeverity.Warning);
}

/// <summary>One part counted.</summary>
/// <param name="Task">Name of the task; empty where there is only one.</param>
/// <param name="Split">"train", "val", "test" or "all".</param>
/// <param name="Pictures">Pictures that could be read.</param>
/// <param name="Groups">Patients, volumes or scenes.</param>
/// <param name="Objects">Objects on all pictures together.</param>
/// <param name="EmptyMasks">Pictures without an object.</param>
/// <param name="OnePixelMasks">Objects of a single pixel.</param>
/// <param name="MedianArea">Median number of an object's pixels; null without objects.</param>
/// <param name="Sizes">Number of pictures of each size, "width x height".</param>
/// <param name="LargestPicture">Pixels of the largest picture; 0 without pictures.</param>
/// <param name="MostObjects">Objects on the picture that has most.</param>
/// <param name="Classes">Number of objects of each class, by the class's name.</param>
public sealed record PartReport(
    string Task, string Split, int Pictures, int Groups, int Objects, int EmptyMasks, int OnePixelMasks, int? MedianArea, IReadOnlyDictionary<string, int> Sizes, long LargestPicture, int MostObjects,
    IReadOnlyDictionary<string, int> Classes);

/// <summary>What the files hold.</summary>
/// <param name="Images">Number of picture files and volumes; a DICOM series is one.</param>
/// <param name="Masks">Number of mask files.</param>
/// <param name="Kinds">Number of picture files of each kind: sample type and channels.</param>
/// <param name="Lowest">Lowest sample of all pictures, in the files' unit; null where nothing could be read.</param>
/// <param name="Highest">Highest sample.</param>
/// <param name="MaskValues">Values that occur in the masks besides 0, the first 32.</param>
/// <param name="Volumes">Each volume that is an image: the file, or of a folder of DICOM files each series.</param>
public sealed record FilesReport(
    int Images, int Masks, IReadOnlyDictionary<string, int> Kinds, double? Lowest, double? Highest, IReadOnlyList<int> MaskValues, IReadOnlyList<VolumeReport> Volumes)
{
    /// <summary>Voxels of the largest volume; 0 without volumes.</summary>
    public long LargestVolume => Volumes.Select(v => v.Voxels).DefaultIfEmpty(0).Max();
}

/// <summary>What a volume is.</summary>
/// <param name="Path">NIfTI file, or folder of DICOM files.</param>
/// <param name="Size">Voxels along the three axes, as "256x256x19".</param>
/// <param name="Voxels">Voxels in all.</param>
/// <param name="SpacingMm">Millimetres from voxel to voxel along each axis.</param>
/// <param name="Axes">Where each axis grows to, such as "RAS".</param>
/// <param name="TimePoints">Number of time points; 1 for a volume of three dimensions.</param>
public sealed record VolumeReport(string Path, string Size, long Voxels, IReadOnlyList<double> SpacingMm, string Axes, int TimePoints)
{
    /// <summary>Series number of a DICOM series.</summary>
    public int? Series { get; init; }

    /// <summary>Description of a DICOM series.</summary>
    public string? Description { get; init; }

    /// <summary>Modality of a DICOM series, such as CT or MR.</summary>
    public string? Modality { get; init; }
}
