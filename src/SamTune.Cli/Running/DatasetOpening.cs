using System.CommandLine;
using SamTune.Data.Checking;
using SamTune.Data.Datasets;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;

namespace SamTune.Cli.Running;

/// <summary>The flags that name a data set, and the one place where it is opened.</summary>
internal sealed class DatasetOpening
{
    private readonly Argument<string?> data = new("DATA")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "A folder that holds images/ and masks/ (or labels/): pictures, or NIfTI volumes; or pictures with masks beside them (a.png, a_mask.png). Or name the parts by flags.",
    };

    private readonly Option<string?> images = new("--images") { Description = "Folder of pictures, where DATA is not given." };
    private readonly Option<string?> masks = new("--masks") { Description = "Folder of masks with the pictures' names." };
    private readonly Option<string?> maskSuffix = new("--mask-suffix") { Description = "What mask names have after the picture's, such as _mask." };
    private readonly Option<string?> maskMode = new("--mask-mode") { Description = "auto, binary, indexed (values are classes) or instances." };
    private readonly Option<string?> image = new("--image") { Description = "A NIfTI volume, .nii or .nii.gz." };
    private readonly Option<string?> labels = new("--labels") { Description = "Its labels, on the same grid." };
    private readonly Option<string?> axis = new("--axis") { Description = "Slices of a volume: axial, coronal, sagittal, or 0, 1, 2." };
    private readonly Option<string?> labelValues = new("--label-values") { Description = "Labels that are objects, such as 1,2; all by default." };
    private readonly PreprocessingFlags preprocessing = new();

    /// <summary>Adds the flags to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(data);
        foreach (Option flag in new Option[] { images, masks, maskSuffix, maskMode, image, labels, axis, labelValues })
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
            return (NiftiSliceDataset.Open(volume, Need(settings, labels, "--image"), Slices(settings, volumeSpec)), volumeSpec);
        }

        PreprocessingSpec spec = Spec(settings, fixedSpec, PreprocessingSpec.Rgb);
        return (Checked(ImageFolderDataset.Open(folder!, Need(settings, masks, "--images"), Pictures(settings, spec))), spec);
    }

    /// <summary>Opens a folder of pictures or volumes.</summary>
    public (ISegmentationDataset Dataset, PreprocessingSpec Spec) OpenFolder(string root, CommandSettings settings, PreprocessingSpec? fixedSpec)
    {
        if (File.Exists(Path.Combine(root, "tasks.json")) && !Directory.Exists(Path.Combine(root, "images")))
        {
            throw new InputException($"{root}: holds a tasks.json; choose one of its tasks with --task.");
        }

        if (Directory.Exists(root) && !Directory.Exists(Path.Combine(root, "images")))
        {
            PreprocessingSpec given = Spec(settings, fixedSpec, PreprocessingSpec.Rgb);
            return (MasksBeside(root, settings, given), given);
        }

        bool isVolumes = Directory.Exists(Path.Combine(root, "images"))
            && Directory.EnumerateFiles(Path.Combine(root, "images"), "*.nii*", SearchOption.AllDirectories).Any();
        PreprocessingSpec spec = Spec(settings, fixedSpec, isVolumes ? PreprocessingSpec.Mri : PreprocessingSpec.Rgb);
        return (isVolumes
            ? NiftiSliceDataset.OpenFolder(root, Slices(settings, spec))
            : Checked(ImageFolderDataset.Open(root, Pictures(settings, spec))), spec);
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
