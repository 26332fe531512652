using SamTune.Data.Datasets;
using SamTune.Imaging;

namespace SamTune.Data.Checking;

/// <summary>The one place where data sets of any layout are found out and opened; it goes on after what cannot be opened.</summary>
public static class DatasetSource
{
    /// <summary>Name of the part of a data set that is in one.</summary>
    public const string OnePart = "all";

    /// <summary>What is opened, for help and messages.</summary>
    public const string Known = "a manifest (.jsonl), a COCO instances file (.json) or folder, a Pascal VOC folder, a folder with a tasks.json, images/ with masks/ (or labels/) of pictures or NIfTI volumes, "
        + "train/, val/ and test/ with these, pictures with masks beside them (cell.png, cell_mask.png), or a NIfTI volume or folder of DICOM files with --labels; masks of GeoTIFF scenes may be polygons (town.tif, town.geojson)";

    /// <summary>Opens a data set.</summary>
    /// <param name="source">A folder or file, or one part of it as PATH:PART.</param>
    /// <param name="options">What else is said; the default when null.</param>
    /// <exception cref="InputException">There is no such folder, file, part or task, or it is no data set.</exception>
    public static FoundDataset Open(string source, DatasetSourceOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        (string path, string? part) = SplitOff(source);
        if (!Path.Exists(path))
            throw new InputException($"{path}: no such folder or file; check the path.");
        var opener = new DatasetOpener(options ?? DatasetSourceOptions.Default);
        string layout = opener.Open(path, part);
        List<DatasetPart> parts = opener.Parts;
        if (part != null && opener.Problems.TrueForAll(p => p.Severity != ProblemSeverity.Error))
        {
            parts = [.. parts.Where(p => p.Split == DatasetOpener.Usual(part))];
            if (parts.Count == 0)
                throw new InputException($"{source}: no part '{part}'; {path} has {string.Join(", ", opener.Parts.Select(p => p.Split).Distinct())}: choose one of these, or leave the part out.");
        }

        return new FoundDataset(path, layout, parts, opener.Problems) { AskedPart = part, Unmasked = opener.Unmasked };
    }

    /// <summary>Opens a folder of pictures and one of masks.</summary>
    /// <param name="images">Folder of pictures.</param>
    /// <param name="masks">Folder of masks with their names.</param>
    /// <param name="options">What else is said; the default when null.</param>
    /// <exception cref="InputException">A folder is missing, or they cannot be paired.</exception>
    public static FoundDataset OpenFolders(string images, string masks, DatasetSourceOptions? options = null)
    {
        var opener = new DatasetOpener(options ?? DatasetSourceOptions.Default);
        return new FoundDataset(images, opener.Folders(images, masks, new DirectoryInfo(images).Name, OnePart), opener.Parts, opener.Problems);
    }

    /// <summary>Opens one NIfTI volume with its labels.</summary>
    /// <param name="image">.nii or .nii.gz image.</param>
    /// <param name="labels">Labels on the same grid.</param>
    /// <param name="options">What else is said; the default when null.</param>
    /// <exception cref="InputException">A file cannot be read, the grids differ, or no slice is left.</exception>
    public static FoundDataset OpenVolume(string image, string labels, DatasetSourceOptions? options = null)
    {
        options ??= DatasetSourceOptions.Default;
        SourceFile[] files = [new(image, IsMask: false, IsVolume: true) { TimePoint = options.TimePoint }, new(labels, IsMask: true, IsVolume: true) { TimePoint = options.TimePoint }];
        return new FoundDataset(image, "a NIfTI volume", [new DatasetPart("", OnePart, NiftiSliceDataset.Open(image, labels, options.Slices), files)], []);
    }

    // "PATH:PART", unless there is something of that whole name.
    private static (string Path, string? Part) SplitOff(string source)
    {
        int colon = source.LastIndexOf(':');
        return colon < 1 || colon == source.Length - 1 || Path.Exists(source) || !Path.Exists(source[..colon]) ? (source, null) : (source[..colon], source[(colon + 1)..]);
    }
}
