using System.CommandLine;
using SamTune.Cli.Advice;
using SamTune.Data.Checking;
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
        Description = $"One of {DatasetSource.Known}. One part of it is PATH:PART, such as cells.jsonl:train. Or name pictures and masks, or a volume and its labels, by flags.",
    };

    private readonly Option<string?> images = new("--images") { Description = "Folder of pictures, where DATA is not given." };
    private readonly Option<string?> masks = new("--masks") { Description = "Folder of masks with the pictures' names." };
    private readonly Option<string?> maskSuffix = new("--mask-suffix") { Description = "What mask names have after the picture's, such as _mask." };
    private readonly Option<string?> maskMode = new("--mask-mode") { Description = "auto, binary, indexed (values are classes) or instances." };
    private readonly Option<string?> groupPattern = new("--group-pattern")
    {
        Description = @"Regular expression for the patient or scene in a picture's or volume's name, such as ^(patient\d+): what it finds stays on one side of a split. By default the first subfolder is, or each picture by itself.",
    };

    private readonly Option<string?> image = new("--image") { Description = "A NIfTI volume, .nii or .nii.gz, or a folder of DICOM files (through dcm2niix); it may stand as DATA as well." };
    private readonly Option<string?> series = new("--series") { Description = "Series number, where a DICOM folder holds several." };
    private readonly Option<string?> labels = new("--labels") { Description = "Its labels, on the same grid." };
    private readonly Option<string?> axis = new("--axis") { Description = "Slices of a volume: axial, coronal, sagittal, or 0, 1, 2." };
    private readonly Option<string?> labelValues = new("--label-values") { Description = "Labels that are objects, such as 1,2; all by default." };
    private readonly Option<int?> timePoint = new("--time-point") { Description = "Of four-dimensional volumes: the time point to take, from 0." };
    private readonly PreprocessingFlags preprocessing = new();

    /// <summary>Adds the flags to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(data);
        foreach (Option flag in new Option[] { images, masks, maskSuffix, maskMode, groupPattern, image, series, labels, axis, labelValues, timePoint })
        {
            command.Add(flag);
        }

        preprocessing.AddTo(command);
    }

    /// <summary>What the flags say about the recipe; null where none is given.</summary>
    public PreprocessingSpec? Asked(CommandSettings settings) => preprocessing.Asked(settings);

    /// <summary>The recipe's flags that are set, to repeat them.</summary>
    public IEnumerable<(string Name, string Value)> Given(CommandSettings settings) => preprocessing.Given(settings);

    /// <summary>Opens everything that the command line names.</summary>
    /// <param name="result">The parsed command line.</param>
    /// <param name="settings">Flags and file.</param>
    /// <param name="task">The task of a tasks.json; null for all.</param>
    /// <param name="fixedSpec">The recipe of an adapter, which flags must not contradict; null for none.</param>
    /// <exception cref="InputException">Not exactly one data set is named, or it is none.</exception>
    public FoundDataset Find(ParseResult result, CommandSettings settings, string? task = null, PreprocessingSpec? fixedSpec = null)
    {
        string? root = result.GetValue(data), volume = settings.Text(image), folder = settings.Text(images);
        if (root != null && volume == null && settings.Text(labels) != null)
        {
            if (!DicomVolume.IsVolume(root))
            {
                throw new InputException($"{labels.Name}: belongs to a volume, a .nii or .nii.gz file or a folder of DICOM files, which {root} is not; leave it out, or name the volume.");
            }

            (root, volume) = (null, root);
        }

        if (new[] { root, volume, folder }.Count(p => p != null) != 1)
        {
            throw new InputException(task != null && root == null
                ? "--task: DATA is missing; name the folder that holds tasks.json."
                : "data: name exactly one of DATA, --images with --masks, or --image with --labels.");
        }

        if (root != null)
        {
            return DatasetSource.Open(root, Options(settings, fixedSpec) with { Task = task });
        }

        if (volume == null)
        {
            return DatasetSource.OpenFolders(folder!, Need(settings, masks, "--images"), Options(settings, fixedSpec));
        }

        DatasetSourceOptions options = Options(settings, fixedSpec);
        if (settings.Text(labels) == null && DicomVolume.IsVolume(volume))
        {
            // What it is can be said all the same.
            return DatasetSource.Open(volume, options);
        }

        string masked = Need(settings, labels, image.Name), file = DicomVolume.FileOf(volume, settings.Text(series) is { } number ? Words.Whole(number, series.Name) : null);
        return DatasetSource.OpenVolume(file, masked, options) with { Root = volume, Layout = file == volume ? "a NIfTI volume" : "a DICOM series" };
    }

    /// <summary>What the command line names, as it was typed; null for nothing.</summary>
    public string? Named(ParseResult result, CommandSettings settings) => result.GetValue(data) ?? settings.Text(image) ?? settings.Text(images);

    /// <summary>The arguments that name the same data set again.</summary>
    public string Place(CommandSettings settings, FoundDataset found)
    {
        IEnumerable<string> flags = new[] { image, series, labels, images, masks, maskSuffix, maskMode, groupPattern, axis, labelValues }.Select(f => settings.Text(f) is { } value ? $" {f.Name} {Words.Quoted(value)}" : "")
            .Append(settings.Whole(timePoint) is { } time ? FormattableString.Invariant($" {timePoint.Name} {time}") : "");
        string root = settings.Text(image) != null || settings.Text(images) != null ? "" : Words.Quoted(found.Root + (found.AskedPart is { } part ? $":{part}" : ""));
        return (root + string.Concat(flags)).TrimStart();
    }

    /// <summary>Opens the part of another data set that is for a purpose, by the same flags.</summary>
    /// <param name="root">Its place.</param>
    /// <param name="split">"train", "val" or "test", where it has parts.</param>
    /// <param name="settings">Flags and file.</param>
    /// <param name="fixedSpec">The recipe to open it with; null for none.</param>
    /// <param name="groups">The pattern of groups instead of that of the flags; null for that of the flags.</param>
    public IPreprocessedDataset OpenPart(string root, string split, CommandSettings settings, PreprocessingSpec? fixedSpec, string? groups = null)
    {
        DatasetSourceOptions options = Options(settings, fixedSpec);
        return Sized(DatasetSource.Open(root, options with { GroupPattern = groups ?? options.GroupPattern }).Choose(split).Dataset);
    }

    /// <summary>A part whose pictures and masks have equal sizes, as far as headers say.</summary>
    public static IPreprocessedDataset Sized(IPreprocessedDataset part)
    {
        (part as ImageFolderDataset)?.Check();
        return part;
    }

    /// <summary>Reads every picture once, so that a bad one is named before anything is written.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="cancel">Stops between pictures.</param>
    /// <returns>The largest picture and volume, and the most objects of a picture.</returns>
    /// <exception cref="InputException">A picture cannot be read, or there is no object in any.</exception>
    public static SourceSizes CheckPixels(ISegmentationDataset dataset, CancellationToken cancel)
    {
        int most = 0;
        long largest = 0;
        for (int i = 0; i < dataset.Samples.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            Sample sample = dataset.Load(i);
            most = Math.Max(most, sample.Objects.Count);
            largest = Math.Max(largest, sample.Image.Size.PixelCount);
        }

        return most > 0
            ? new SourceSizes(largest, dataset.LargestVolume, most)
            : throw new InputException($"{dataset.Name}: no object in {dataset.Samples.Count} picture(s); masks with at least one pixel are needed.");
    }

    private DatasetSourceOptions Options(CommandSettings settings, PreprocessingSpec? fixedSpec) => new()
    {
        Preprocessing = preprocessing.Read(settings, fixedSpec),
        MaskSuffix = settings.Text(maskSuffix) ?? "",
        GroupPattern = settings.Text(groupPattern),
        MaskMode = settings.Text(maskMode) is { } mode ? Words.OneOf<MaskMode>(mode, maskMode.Name) : MaskMode.Auto,
        Axis = settings.Text(axis) ?? NiftiSliceOptions.Default.Axis,
        TimePoint = settings.Whole(timePoint) is { } time ? Words.AtLeastZero(time, timePoint.Name) : null,
        LabelValues = settings.List(labelValues) is { } values ? [.. values.Select(v => Words.Whole(v, labelValues.Name))] : null,
    };

    private static string Need(CommandSettings settings, Option<string?> flag, string with) =>
        settings.Text(flag) ?? throw new InputException($"{with}: {flag.Name} is missing; give both.");
}
