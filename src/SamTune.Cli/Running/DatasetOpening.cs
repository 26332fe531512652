using System.CommandLine;
using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;

namespace SamTune.Cli.Running;

/// <summary>The flags that name a data set, and the one place where it is opened.</summary>
internal sealed class DatasetOpening
{
    private readonly Argument<string?> data = new("DATA")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "A folder that holds images/ and masks/ (or labels/): pictures, or NIfTI volumes. Or name the parts by flags.",
    };

    private readonly Option<string?> images = new("--images") { Description = "Folder of pictures, where DATA is not given." };
    private readonly Option<string?> masks = new("--masks") { Description = "Folder of masks with the pictures' names." };
    private readonly Option<string?> maskSuffix = new("--mask-suffix") { Description = "What mask names have after the picture's, such as _mask." };
    private readonly Option<string?> maskMode = new("--mask-mode") { Description = "auto, binary, indexed (values are classes) or instances." };
    private readonly Option<string?> image = new("--image") { Description = "A NIfTI volume, .nii or .nii.gz." };
    private readonly Option<string?> labels = new("--labels") { Description = "Its labels, on the same grid." };
    private readonly Option<string?> axis = new("--axis") { Description = "Slices of a volume: axial, coronal, sagittal, or 0, 1, 2." };
    private readonly Option<string?> labelValues = new("--label-values") { Description = "Labels that are objects, such as 1,2; all by default." };
    private readonly Option<string?> intensity = new("--intensity")
    {
        Description = "How samples become 8 bits: rgb (as they are), or a mapping such as percentile. Default: rgb for pictures, percentile for volumes; with an adapter, its own.",
    };

    private readonly Option<string?> window = new("--window") { Description = "LOW,HIGH: the intensities that become 0 and 255, such as -160,240; sets --intensity window." };

    /// <summary>Adds the flags to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(data);
        foreach (Option flag in new Option[] { images, masks, maskSuffix, maskMode, image, labels, axis, labelValues, intensity, window })
        {
            command.Add(flag);
        }
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
        bool isVolumes = Directory.Exists(Path.Combine(root, "images"))
            && Directory.EnumerateFiles(Path.Combine(root, "images"), "*.nii*", SearchOption.AllDirectories).Any();
        PreprocessingSpec spec = Spec(settings, fixedSpec, isVolumes ? PreprocessingSpec.Mri : PreprocessingSpec.Rgb);
        return (isVolumes
            ? NiftiSliceDataset.OpenFolder(root, Slices(settings, spec))
            : Checked(ImageFolderDataset.Open(root, Pictures(settings, spec))), spec);
    }

    /// <summary>Opens the parts of a task of DATA's tasks.json; a task without validation slices has null for them.</summary>
    /// <exception cref="InputException">DATA is missing, or has no such task, or the task has nothing to train on or to test.</exception>
    public (ISegmentationDataset Train, ISegmentationDataset? Validation, ISegmentationDataset Test, PreprocessingSpec Spec) OpenTask(
        ParseResult result, CommandSettings settings, string task)
    {
        TaskFile file = Tasks(result);
        PreprocessingSpec spec = Spec(settings, null, PreprocessingSpec.Mri);
        return (file.Open(task, "train", spec), Part(file, task, "val", spec), file.Open(task, "test", spec), spec);
    }

    /// <summary>Opens the test slices of a task of DATA's tasks.json, and its training slices where it has any.</summary>
    /// <param name="result">The parsed command line.</param>
    /// <param name="settings">Flags and file.</param>
    /// <param name="task">The task's name.</param>
    /// <param name="fixedSpec">The recipe of an adapter, which flags must not contradict; null for none.</param>
    /// <exception cref="InputException">DATA is missing, or has no such task, or the task has nothing to test.</exception>
    public (ISegmentationDataset Test, ISegmentationDataset? Train) OpenTest(ParseResult result, CommandSettings settings, string task, PreprocessingSpec? fixedSpec)
    {
        TaskFile file = Tasks(result);
        PreprocessingSpec spec = Spec(settings, fixedSpec, PreprocessingSpec.Mri);
        return (file.Open(task, "test", spec), Part(file, task, "train", spec));
    }

    private TaskFile Tasks(ParseResult result) => TaskFile.Read(Path.Combine(
        result.GetValue(data) ?? throw new InputException("--task: DATA is missing; name the folder that holds tasks.json."), "tasks.json"));

    private static NiftiSliceDataset? Part(TaskFile file, string task, string split, PreprocessingSpec spec) =>
        file.Tasks.Any(t => t.Name == task && t.Splits.TryGetValue(split, out var ranges) && ranges.Count > 0) ? file.Open(task, split, spec) : null;

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

    private static ImageFolderDataset Checked(ImageFolderDataset dataset)
    {
        dataset.Check();
        return dataset;
    }

    private static string Need(CommandSettings settings, Option<string?> flag, string with) =>
        settings.Text(flag) ?? throw new InputException($"{with}: {flag.Name} is missing; give both.");

    private PreprocessingSpec Spec(CommandSettings settings, PreprocessingSpec? fixedSpec, PreprocessingSpec otherwise)
    {
        PreprocessingSpec? asked = settings.Text(intensity) is { } text
            ? new PreprocessingSpec { Mapping = Words.OneOf<IntensityMapping>(text, intensity.Name) }
            : null;
        if (settings.List(window) is { } ends)
        {
            if (ends.Count != 2 || asked is { Mapping: not IntensityMapping.Window })
            {
                throw new InputException($"{window.Name}: '{string.Join(',', ends)}' cannot be used; write LOW,HIGH, and no other --intensity beside it.");
            }

            asked = new PreprocessingSpec { Mapping = IntensityMapping.Window, WindowLow = Words.Number(ends[0], window.Name), WindowHigh = Words.Number(ends[1], window.Name) };
        }

        if (asked is { Mapping: IntensityMapping.Window, WindowLow: null })
        {
            throw new InputException($"{intensity.Name}: window needs its ends; add {window.Name} LOW,HIGH.");
        }

        return fixedSpec != null && asked != null && asked != fixedSpec
            ? throw new InputException($"{intensity.Name}: '{asked.Mapping}' is not what the adapter was trained with ('{fixedSpec.Mapping}'); leave {intensity.Name} and {window.Name} out.")
            : fixedSpec ?? asked ?? otherwise;
    }

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
