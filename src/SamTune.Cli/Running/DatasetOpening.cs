using System.CommandLine;
using SamTune.Data.Checking;
using SamTune.Data.Coco;
using SamTune.Data.Datasets;
using SamTune.Data.Domains;
using SamTune.Data.Manifests;
using SamTune.Data.Preprocessing;
using SamTune.Data.Voc;
using SamTune.Imaging;

namespace SamTune.Cli.Running;

/// <summary>The flags that name a data set, and the one place where it is opened.</summary>
internal sealed class DatasetOpening
{
    private readonly Argument<string?> data = new("DATA")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "A folder that holds images/ and masks/ (or labels/): pictures, or NIfTI volumes; or pictures with masks beside them (a.png, a_mask.png). Or a COCO instances file (.json), a Pascal VOC "
            + "folder or a manifest (.jsonl), of the last two a part as PATH:PART, such as cells.jsonl:train. Or name the parts by flags.",
    };

    private readonly Option<string?> images = new("--images") { Description = "Folder of pictures, where DATA is not given." };
    private readonly Option<string?> masks = new("--masks") { Description = "Folder of masks with the pictures' names." };
    private readonly Option<string?> maskSuffix = new("--mask-suffix") { Description = "What mask names have after the picture's, such as _mask." };
    private readonly Option<string?> maskMode = new("--mask-mode") { Description = "auto, binary, indexed (values are classes) or instances." };
    private readonly Option<string?> image = new("--image") { Description = "A NIfTI volume, .nii or .nii.gz, or a folder of DICOM files (through dcm2niix)." };
    private readonly Option<string?> series = new("--series") { Description = "Series number, where a DICOM folder holds several." };
    private readonly Option<string?> labels = new("--labels") { Description = "Its labels, on the same grid." };
    private readonly Option<string?> axis = new("--axis") { Description = "Slices of a volume: axial, coronal, sagittal, or 0, 1, 2." };
    private readonly Option<string?> labelValues = new("--label-values") { Description = "Labels that are objects, such as 1,2; all by default." };
    private readonly PreprocessingFlags preprocessing = new();

    /// <summary>Adds the flags to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(data);
        foreach (Option flag in new Option[] { images, masks, maskSuffix, maskMode, image, series, labels, axis, labelValues })
        {
            command.Add(flag);
        }

        preprocessing.AddTo(command);
    }

    /// <summary>Opens the data set that the command line names.</summary>
    /// <param name="result">The parsed command line.</param>
    /// <param name="settings">Flags and file.</param>
    /// <param name="fixedSpec">The recipe of an adapter, which flags must not contradict; null for none.</param>
    /// <returns>The data set and the recipe it was opened with.</returns>
    public (ISegmentationDataset Dataset, PreprocessingSpec Spec) Open(ParseResult result, CommandSettings settings, PreprocessingSpec? fixedSpec = null)
    {
        string? root = result.GetValue(data), volume = settings.Text(image), folder = settings.Text(images);
        if (new[] { root, volume, folder }.Count(p => p != null) != 1)
        {
            throw new InputException("data: name exactly one of DATA, --images with --masks, or --image with --labels.");
        }

        if (root != null)
        {
            return OpenFolder(root, settings, fixedSpec);
        }

        if (volume != null)
        {
            PreprocessingSpec volumeSpec = Spec(settings, fixedSpec, PreprocessingSpec.Mri);
            if (Directory.Exists(volume))
            {
                volume = DicomVolume.Convert(volume, settings.Text(series) is { } number ? Words.Whole(number, series.Name) : null);
            }

            return (NiftiSliceDataset.Open(volume, Need(settings, labels, "--image"), Slices(settings, volumeSpec)), volumeSpec);
        }

        PreprocessingSpec spec = Spec(settings, fixedSpec, PreprocessingSpec.Rgb);
        return (Checked(ImageFolderDataset.Open(folder!, Need(settings, masks, "--images"), Pictures(settings, spec))), spec);
    }

    /// <summary>Opens a folder of pictures or volumes, a Pascal VOC folder, a COCO file or a manifest.</summary>
    public (ISegmentationDataset Dataset, PreprocessingSpec Spec) OpenFolder(string root, CommandSettings settings, PreprocessingSpec? fixedSpec)
    {
        (string path, string? part) = SplitOff(root);
        if (path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase))
        {
            return OpenManifest(path, part, settings, fixedSpec);
        }

        PreprocessingSpec rgb = Spec(settings, fixedSpec, PreprocessingSpec.Rgb);
        if (VocDataset.IsVoc(path))
        {
            return (VocDataset.Open(path, new VocOptions { ImageSet = part, Instances = Pictures(settings, rgb).MaskMode == MaskMode.Instances, Preprocessing = rgb }), rgb);
        }

        if (part != null)
        {
            throw new InputException($"{root}: no such folder; a part after a colon is for manifests and Pascal VOC folders: check the path.");
        }

        if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return (CocoDataset.Open(path, new CocoOptions { Preprocessing = rgb }), rgb);
        }

        if (File.Exists(Path.Combine(path, "tasks.json")) && !Directory.Exists(Path.Combine(path, "images")))
        {
            throw new InputException($"{path}: holds a tasks.json; choose one of its tasks with --task.");
        }

        if (Directory.Exists(path) && !Directory.Exists(Path.Combine(path, "images")))
        {
            return (MasksBeside(path, settings, rgb), rgb);
        }

        bool isVolumes = Directory.Exists(Path.Combine(path, "images"))
            && Directory.EnumerateFiles(Path.Combine(path, "images"), "*.nii*", SearchOption.AllDirectories).Any();
        PreprocessingSpec spec = isVolumes ? Spec(settings, fixedSpec, PreprocessingSpec.Mri) : rgb;
        return (isVolumes
            ? NiftiSliceDataset.OpenFolder(path, Slices(settings, spec))
            : Checked(ImageFolderDataset.Open(path, Pictures(settings, spec))), spec);
    }

    /// <summary>Opens the parts of a task of DATA's tasks.json, on volumes or on a scene; parts that it does not have are null.</summary>
    /// <exception cref="InputException">DATA is missing, or has no such task, or a part cannot be read.</exception>
    public (ISegmentationDataset? Train, ISegmentationDataset? Validation, ISegmentationDataset? Test, PreprocessingSpec Spec) OpenTask(
        ParseResult result, CommandSettings settings, string task, PreprocessingSpec? fixedSpec = null)
    {
        string root = result.GetValue(data) ?? throw new InputException("--task: DATA is missing; name the folder that holds tasks.json.");
        string path = Path.Combine(root, "tasks.json");
        PreprocessingSpec spec = Spec(settings, fixedSpec, SceneTaskFile.IsOne(path) ? DomainProfile.Find("satellite")!.Spec : TaskFile.Read(path).Preprocessing);
        FoundDataset found = DatasetFolder.Open(root, spec, task);
        if (found.Problems.FirstOrDefault(p => p.Severity == ProblemSeverity.Error) is { } problem)
        {
            throw new InputException(problem.Message);
        }

        ISegmentationDataset? Part(string split) => found.Parts.FirstOrDefault(p => p.Split == split)?.Dataset;
        return (Part("train"), Part("val"), Part("test"), spec);
    }

    /// <summary>A part that a command cannot do without.</summary>
    /// <exception cref="InputException">The task does not have it.</exception>
    public static ISegmentationDataset NeedPart(ISegmentationDataset? part, string task, string split) =>
        part ?? throw new InputException($"--task: '{task}' has nothing for '{split}'; choose a task that has, 'samtune dataset check' lists them.");

    /// <summary>Reads every picture once, so that a bad one is named before anything is written.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="cancel">Stops between pictures.</param>
    /// <returns>The number of objects.</returns>
    /// <exception cref="InputException">A picture cannot be read, or there is no object in any.</exception>
    public static int CheckPixels(ISegmentationDataset dataset, CancellationToken cancel)
    {
        int objects = 0;
        for (int i = 0; i < dataset.Samples.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            objects += dataset.Load(i).Objects.Count;
        }

        return objects > 0
            ? objects
            : throw new InputException($"{dataset.Name}: no object in {dataset.Samples.Count} picture(s); masks with at least one pixel are needed.");
    }

    // Pictures with masks beside them: the flags for masks say how the names and values are meant.
    private ImageFolderDataset MasksBeside(string root, CommandSettings settings, PreprocessingSpec spec)
    {
        FoundDataset found = DatasetFolder.Open(root, spec);
        return found.Parts is [{ Dataset: ImageFolderDataset dataset }] && settings.Text(maskSuffix) == null && settings.Text(maskMode) == null
            ? Checked(dataset)
            : throw new InputException(found.Problems.FirstOrDefault(p => p.Severity == ProblemSeverity.Error)?.Message
                ?? $"{root}: holds {found.Layout}; name the folder of one part, or the parts by --images and --masks.");
    }

    // "PATH:PART", unless there is something of that whole name.
    private static (string Path, string? Part) SplitOff(string root)
    {
        int colon = root.LastIndexOf(':');
        return colon < 1 || Path.Exists(root) || !Path.Exists(root[..colon]) ? (root, null) : (root[..colon], root[(colon + 1)..]);
    }

    private (ISegmentationDataset Dataset, PreprocessingSpec Spec) OpenManifest(string path, string? part, CommandSettings settings, PreprocessingSpec? fixedSpec)
    {
        ManifestDataset whole = ManifestDataset.Open(path, new ManifestOptions { Split = part });
        if (part == null && whole.Splits.Count > 1)
        {
            throw new InputException($"{path}: the manifest has the parts {string.Join(", ", whole.Splits)}; choose one, such as {path}:{whole.Splits[0]}.");
        }

        PreprocessingSpec spec = Spec(settings, fixedSpec, whole.Preprocessing);
        return (spec == whole.Preprocessing ? whole : ManifestDataset.Open(path, new ManifestOptions { Split = part, Preprocessing = spec }), spec);
    }

    private static ImageFolderDataset Checked(ImageFolderDataset dataset)
    {
        dataset.Check();
        return dataset;
    }

    private static string Need(CommandSettings settings, Option<string?> flag, string with) =>
        settings.Text(flag) ?? throw new InputException($"{with}: {flag.Name} is missing; give both.");

    private PreprocessingSpec Spec(CommandSettings settings, PreprocessingSpec? fixedSpec, PreprocessingSpec otherwise) => preprocessing.Read(settings, fixedSpec, otherwise);

    private ImageFolderOptions Pictures(CommandSettings settings, PreprocessingSpec spec) => new()
    {
        Preprocessing = spec,
        MaskSuffix = settings.Text(maskSuffix) ?? "",
        MaskMode = settings.Text(maskMode) is { } mode ? Words.OneOf<MaskMode>(mode, maskMode.Name) : MaskMode.Auto,
    };

    private NiftiSliceOptions Slices(CommandSettings settings, PreprocessingSpec spec) => new()
    {
        Preprocessing = spec,
        Axis = settings.Text(axis) ?? NiftiSliceOptions.Default.Axis,
        LabelValues = settings.List(labelValues) is { } values ? [.. values.Select(v => Words.Whole(v, labelValues.Name))] : null,
    };
}
