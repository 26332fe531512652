using SamTune.Data.Coco;
using SamTune.Data.Datasets;
using SamTune.Data.Dicom;
using SamTune.Data.Domains;
using SamTune.Data.Manifests;
using SamTune.Data.Preprocessing;
using SamTune.Data.Voc;
using SamTune.Imaging;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Scenes;

namespace SamTune.Data.Checking;

/// <summary>Opens what lies at a place, part by part, and collects what could not be opened.</summary>
/// <param name="options">What is said about the data set.</param>
internal sealed class DatasetOpener(DatasetSourceOptions options)
{
    private static readonly string[] SplitFolders = ["train", "val", "valid", "validation", "test"];

    /// <summary>What could be opened.</summary>
    public List<DatasetPart> Parts { get; } = [];

    /// <summary>What could not.</summary>
    public List<DatasetProblem> Problems { get; } = [];

    /// <summary>Volumes that have no masks.</summary>
    public List<SourceFile> Unmasked { get; } = [];

    /// <summary>The usual word for a part.</summary>
    public static string Usual(string split) => split is "valid" or "validation" ? "val" : split;

    /// <summary>Finds out the layout and opens all parts, or the one asked for where a file names them.</summary>
    /// <returns>The layout in words.</returns>
    public string Open(string path, string? part)
    {
        SampleGroups.Validate(options.GroupPattern);
        bool isFile = File.Exists(path);
        string tasks = Path.Combine(path, "tasks.json");
        if (!isFile && File.Exists(tasks))
        {
            if (options.GroupPattern != null)
                throw new InputException($"{tasks}: names the volume or scene of each task, which is the group; leave the group pattern '{options.GroupPattern}' out.");
            return SceneTaskFile.IsOne(tasks) ? Scene(SceneTaskFile.Read(tasks)) : Volumes(TaskFile.Read(tasks), path);
        }

        if (options.Task is { } task)
            throw new InputException($"{path}: holds no tasks.json, so there is no task '{task}'; leave the task out.");
        if (isFile)
        {
            return Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".jsonl" => Manifest(path, part),
                ".json" => Coco(path, DatasetSource.OnePart),
                _ when NiftiSliceDataset.IsVolume(path) => WithoutMasks("a NIfTI volume", path, [path]),
                _ => throw new InputException($"{path}: is no data set that is known; these are: {DatasetSource.Known}."),
            };
        }

        if (VocDataset.IsVoc(path))
            return Voc(path, part);
        string[] instances = Directory.Exists(Path.Combine(path, "annotations")) ? [.. Directory.EnumerateFiles(Path.Combine(path, "annotations"), "instances*.json").Order(StringComparer.Ordinal)] : [];
        if (instances.Length > 0)
            return $"annotations/ of {instances.Length} " + string.Join(" and ", instances.Select(f => Coco(f, SplitOf(f))).Distinct());

        string[] splits = [.. SplitFolders.Where(s => IsDataset(Path.Combine(path, s)))];
        return splits.Length > 0
            ? $"{string.Join("/, ", splits)}/: each " + string.Join(" and ", splits.Select(s => Folder(Path.Combine(path, s), s)).Distinct())
            : Folder(path, DatasetSource.OnePart);
    }

    /// <summary>Opens a folder of images (pictures or volumes) and one of masks.</summary>
    /// <returns>The layout in words.</returns>
    public string Folders(string images, string masks, string name, string split)
    {
        SampleGroups.Validate(options.GroupPattern);
        bool areVolumes = Directory.Exists(images) && Directory.EnumerateFiles(images, "*.nii*", SearchOption.AllDirectories).Any();
        IReadOnlyList<FilePair> pairs = areVolumes
            ? Match(images, masks, NiftiSliceDataset.Extensions, NiftiSliceDataset.Extensions)
            : Match(images, masks, ImageFolderDataset.Extensions, ImageFolderDataset.MaskExtensions);
        string layout = $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(images))}/ and {Path.GetFileName(Path.TrimEndingDirectorySeparator(masks))}/";
        if (pairs.Count == 0)
            return layout + " without a pair";
        Add("", split, () => areVolumes
            ? new NiftiSliceDataset(name, pairs, Checked(options.Slices))
            : new ImageFolderDataset(name, pairs, Checked(options.Pictures(Suited(pairs)))), _ => Files(pairs, areVolumes));
        TellResolution();
        return $"{layout} of {(areVolumes ? "NIfTI volumes" : "pictures")}";
    }

    private bool IsDataset(string folder)
        => Directory.Exists(folder) && (Directory.Exists(Path.Combine(folder, "images")) || MaskBeside.Find(folder, ImageFolderDataset.Extensions, options.MaskSuffix).Pairs.Count > 0);

    private string Volumes(TaskFile file, string root)
    {
        RequireTask(file.Tasks.Select(t => t.Name), Path.Combine(root, "tasks.json"));
        foreach (SegmentationTask each in file.Tasks.Where(t => options.Task is null || t.Name == options.Task))
        {
            foreach (string split in each.Splits.Where(s => s.Value.Count > 0).Select(s => s.Key))
            {
                SourceFile[] files = Files([new FilePair(each.Name, Path.Combine(root, each.Image), Path.Combine(root, each.Labels))], areVolumes: true);
                Add(each.Name, split, () => file.Open(each.Name, split, options.Preprocessing, timePoint: options.TimePoint), _ => files);
            }
        }

        return $"tasks.json: {file.Tasks.Count} tasks on NIfTI volumes";
    }

    private string Scene(SceneTaskFile file)
    {
        RequireTask(file.Tasks, file.ImagePath);
        foreach (string each in file.Tasks.Where(t => options.Task is null || t == options.Task))
        {
            foreach (string split in file.Splits)
                Add(each, split, () => file.Open(each, split, options.Preprocessing), _ => [new(file.ImagePath, false, false) { BandNames = file.BandNames }, new(file.MaskPath(each), true, false)]);
        }

        TellResolution();
        return $"tasks.json: {file.Tasks.Count} tasks on tiles of a scene";
    }

    private string Manifest(string path, string? part)
    {
        ManifestDataset whole = ManifestDataset.Open(path, new ManifestOptions { Split = part, Preprocessing = options.Preprocessing, GroupPattern = options.GroupPattern });
        string[] splits = part != null ? [part] : [.. whole.Splits];
        if (splits.Length == 0)
            Add("", DatasetSource.OnePart, () => whole, d => Files((ManifestDataset)d));
        foreach (string split in splits)
            Add("", split, () => ManifestDataset.Open(path, new ManifestOptions { Split = split, Preprocessing = options.Preprocessing, GroupPattern = options.GroupPattern }), d => Files((ManifestDataset)d));
        int without = splits.Length == 0 ? 0 : whole.Samples.Count - Parts.Sum(p => p.Dataset.Samples.Count);
        if (without > 0)
            Problems.Add(new DatasetProblem(ProblemSeverity.Warning, "no-split", $"{path}: {without} of {whole.Samples.Count} pictures name no split and are left out; add a 'split' to their lines."));
        return splits.Length == 0 ? "a manifest" : $"a manifest of {string.Join(", ", splits)}";
    }

    private string Coco(string path, string split)
    {
        Add("", split, () => CocoDataset.Open(path, new CocoOptions { Preprocessing = options.Preprocessing ?? PreprocessingSpec.Rgb, GroupPattern = options.GroupPattern }), Pictures);
        return "COCO instances";
    }

    // instances_train2017.json holds the part train.
    private static string SplitOf(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path)["instances".Length..].TrimStart('_', '-').TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        return name.Length == 0 ? DatasetSource.OnePart : name;
    }

    private string Voc(string root, string? part)
    {
        string lists = Path.Combine(root, "ImageSets", "Segmentation");
        string[] all = Directory.Exists(lists) ? [.. Directory.EnumerateFiles(lists, "*.txt").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)] : [];
        // "trainval" repeats what train and val list.
        string[] usual = [.. SplitFolders.Intersect(all)];
        string[] chosen = part != null ? [part] : usual.Length > 0 ? usual : all;
        bool instances = options.MaskMode == MaskMode.Instances;
        foreach (string? set in chosen.Length > 0 ? chosen : (string?[])[null])
        {
            Add("", set ?? DatasetSource.OnePart, () => VocDataset.Open(root, new VocOptions { ImageSet = set, Instances = instances, Preprocessing = options.Preprocessing ?? PreprocessingSpec.Rgb, GroupPattern = options.GroupPattern }), d =>
            [
                .. Pictures(d), .. Enumerable.Range(0, d.Samples.Count).SelectMany(((VocDataset)d).LabelFiles).Select(f => new SourceFile(f, true, false)),
            ]);
        }

        if (part == null && Parts.Count > 0)
        {
            HashSet<string> listed = [.. Parts.SelectMany(p => p.Dataset.Samples.Select(s => s.Id))];
            string[] unlisted = [.. Directory.EnumerateFiles(Path.Combine(root, "SegmentationClass"), "*.png").Select(f => Path.GetFileNameWithoutExtension(f)).Where(n => !listed.Contains(n)).Order(StringComparer.Ordinal)];
            if (unlisted.Length > 0)
                Problems.Add(new DatasetProblem(ProblemSeverity.Warning, "unpaired", $"{root}: {unlisted.Length} label picture(s) stand in no list of ImageSets/Segmentation and are left out ({FilePairs.Names(unlisted)})."));
        }

        return "a Pascal VOC folder";
    }

    private string Folder(string root, string split)
    {
        if (!Directory.Exists(Path.Combine(root, "images")))
            return Beside(root, split);
        (string images, string masks) = FilePairs.FoldersIn(root);
        return Folders(images, masks, new DirectoryInfo(root).Name, split);
    }

    private IReadOnlyList<FilePair> Match(string images, string masks, IReadOnlyList<string> extensions, IReadOnlyList<string> maskExtensions)
    {
        try
        {
            (IReadOnlyList<FilePair> pairs, IReadOnlyList<string> unpaired) = FilePairs.Match(images, masks, extensions, maskExtensions, "", options.MaskSuffix);
            Problems.AddRange(unpaired.Select(message => new DatasetProblem(ProblemSeverity.Error, "unpaired", message)));
            return pairs;
        }
        catch (InputException exception)
        {
            Problems.Add(new DatasetProblem(ProblemSeverity.Error, "empty", exception.Message));
            return [];
        }
    }

    private string Beside(string root, string split)
    {
        (IReadOnlyList<FilePair> pairs, bool areInstances, IReadOnlyList<string> unpaired) = MaskBeside.Find(root, ImageFolderDataset.Extensions, options.MaskSuffix);
        if (pairs.Count == 0)
        {
            return DicomSeries.FindFolders(root) is { Count: > 0 } series
                ? WithoutMasks(series.Count == 1 ? "a folder of DICOM files" : $"{series.Count} folders of DICOM files", root, series)
                : throw new InputException($"{root}: holds no data set that is known; these are: {DatasetSource.Known}.");
        }

        if (unpaired.Count > 0)
            Problems.Add(new DatasetProblem(ProblemSeverity.Warning, "unpaired", $"{root}: {unpaired.Count} file(s) without a partner are left out ({FilePairs.Names(unpaired)})."));
        Add("", split, () =>
        {
            ImageFolderOptions pictures = options.Pictures(Suited(pairs));
            return new ImageFolderDataset(new DirectoryInfo(root).Name, pairs, areInstances && pictures.MaskMode == MaskMode.Auto ? pictures with { MaskMode = MaskMode.Instances } : pictures);
        }, _ => Files(pairs, areVolumes: false));
        TellResolution();
        return "masks beside the pictures";
    }

    private string WithoutMasks(string layout, string root, IReadOnlyList<string> volumes)
    {
        Unmasked.AddRange(volumes.Select(v => new SourceFile(v, IsMask: false, IsVolume: true) { TimePoint = options.TimePoint }));
        Problems.Add(new DatasetProblem(
            ProblemSeverity.Error, "no-masks",
            $"{root}: {layout} without masks; {(volumes.Count == 1 ? "their" : "for each its")} labels are needed as a volume on the same grid, named by --labels FILE.nii.gz."));
        return layout + " without masks";
    }

    // Scenes as scenes; pictures as they are where all have 8 bits, else by percentiles.
    private static PreprocessingSpec Suited(IReadOnlyList<FilePair> pairs)
    {
        if (RasterSource.HasGeoreference(pairs[0].ImagePath))
        {
            using GeoTiffReader scene = GeoTiffReader.Open(pairs[0].ImagePath);
            return DomainProfile.ForScene(scene.Header);
        }

        return PictureKind.AreAll8Bit(pairs.Select(p => p.ImagePath)) ? PreprocessingSpec.Rgb : DomainProfile.Find("microscopy")!.Spec;
    }

    private void TellResolution()
    {
        string[] messages = [.. Parts.Select(p => p.Dataset.ResolutionMessage).OfType<string>().Distinct(StringComparer.Ordinal)];
        foreach (string message in messages.Except(Problems.Select(p => p.Message)))
            Problems.Add(new DatasetProblem(ProblemSeverity.Warning, "resolution", message));
    }

    private static ImageFolderOptions Checked(ImageFolderOptions value)
    {
        value.Validate();
        return value;
    }

    private static NiftiSliceOptions Checked(NiftiSliceOptions value)
    {
        value.Validate();
        return value;
    }

    private SourceFile[] Files(IReadOnlyList<FilePair> pairs, bool areVolumes)
        => [.. pairs.SelectMany(p => new SourceFile[] { new(p.ImagePath, false, areVolumes) { TimePoint = options.TimePoint }, new(p.MaskPath, true, areVolumes) { TimePoint = options.TimePoint } })];

    private static SourceFile[] Files(ManifestDataset dataset) =>
    [
        .. Enumerable.Range(0, dataset.Samples.Count).SelectMany(i => dataset.MaskFiles(i).Select(f => new SourceFile(f, true, false)).Prepend(new SourceFile(dataset.Picture(i).Path, false, false))),
    ];

    private static IReadOnlyList<SourceFile> Pictures(IPreprocessedDataset dataset)
        => [.. Enumerable.Range(0, dataset.Samples.Count).Select(((IImageFiles)dataset).ImagePath).OfType<string>().Select(path => new SourceFile(path, false, false))];

    private void Add(string task, string split, Func<IPreprocessedDataset> open, Func<IPreprocessedDataset, IReadOnlyList<SourceFile>> files)
    {
        try
        {
            IPreprocessedDataset dataset = open();
            Parts.Add(new DatasetPart(task, Usual(split), dataset, files(dataset)));
        }
        catch (InputException exception)
        {
            Problems.Add(new DatasetProblem(ProblemSeverity.Error, "unreadable", exception.Message));
        }
    }

    private void RequireTask(IEnumerable<string> names, string path)
    {
        if (options.Task is { } task && !names.Contains(task))
            throw new InputException($"{path}: no task '{task}'; there are {string.Join(", ", names)}.");
    }
}
