using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Nifti;

namespace SamTune.Data.Datasets;

/// <summary>
/// Slices of NIfTI volumes as pictures, with the masks of their label volumes; image and label are laid out by the one rule of
/// <see cref="VolumeGeometry"/>. The volume's file is the group, where no pattern says otherwise. Label volumes are read once on opening, to know which slices hold an
/// object; a few volumes (<see cref="NiftiSliceOptions.VolumesInMemory"/>) stay in memory between calls.
/// </summary>
public sealed class NiftiSliceDataset : IPreprocessedDataset
{
    private const int MergedClass = 1;

    /// <summary>Endings of the files that are taken for volumes.</summary>
    internal static readonly string[] Extensions = [".nii.gz", ".nii"];

    /// <summary>Whether a file's name is that of a volume.</summary>
    public static bool IsVolume(string path) => Extensions.Any(e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    private readonly IReadOnlyList<FilePair> _pairs;
    private readonly NiftiSliceOptions _options;
    private readonly List<(int Pair, VolumeAxis Axis, int Slice)> _slices = [];
    private readonly int[] _values;
    private readonly Preprocessor _preprocessor;
    private readonly VolumeStore _store;
    private readonly SampleGroups? _groups;

    /// <summary>Takes pairs that were found elsewhere.</summary>
    internal NiftiSliceDataset(string name, IReadOnlyList<FilePair> pairs, NiftiSliceOptions options)
    {
        Name = name;
        _pairs = pairs;
        _options = options;
        _preprocessor = new Preprocessor(options.Preprocessing);
        _store = new VolumeStore(options.VolumesInMemory, LoadVolume);

        _groups = options.GroupPattern == null ? null : new SampleGroups(options.GroupPattern);
        var samples = new List<SampleInfo>();
        var values = new SortedSet<int>(options.LabelValues ?? []);
        for (int i = 0; i < pairs.Count; i++)
            Scan(i, samples, values);
        if (samples.Count == 0)
        {
            throw new InputException(
                $"{pairs[0].MaskPath}: no slice along '{options.Axis}' has {options.MinimumMaskPixels} pixels of "
                    + $"{(options.LabelValues == null ? "any label" : $"the labels {string.Join(", ", options.LabelValues)}")}; check "
                    + "labels, slices and minimum.");
        }

        _values = [.. values];
        Samples = samples;
        Classes = options.MergeLabels
            ? new SortedDictionary<int, string> { [MergedClass] = options.ClassNames.GetValueOrDefault(MergedClass, "object") }
            : new SortedDictionary<int, string>(_values.ToDictionary(v => v, v => options.ClassNames.GetValueOrDefault(v, $"label {v}")));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, string> Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<SampleInfo> Samples { get; }

    /// <inheritdoc/>
    public long LargestVolume { get; private set; }

    /// <summary>How values become 8-bit grey.</summary>
    public PreprocessingSpec Preprocessing => _options.Preprocessing;

    /// <summary>Opens one volume with its labels.</summary>
    /// <param name="imagePath">.nii or .nii.gz image.</param>
    /// <param name="labelPath">.nii or .nii.gz labels on the same grid.</param>
    /// <param name="options">How to cut; the default when null.</param>
    /// <exception cref="InputException">A file cannot be read, the grids differ, or no slice is left.</exception>
    public static NiftiSliceDataset Open(string imagePath, string labelPath, NiftiSliceOptions? options = null)
    {
        options ??= NiftiSliceOptions.Default;
        options.Validate();
        string id = Stem(imagePath);
        return new NiftiSliceDataset(options.Name ?? id, [new FilePair(id, imagePath, labelPath)], options);
    }

    /// <summary>Opens folders of volumes and labels, paired by name.</summary>
    /// <param name="imagesFolder">Folder of .nii or .nii.gz images.</param>
    /// <param name="labelsFolder">Folder of labels.</param>
    /// <param name="options">How to cut; the default when null.</param>
    /// <exception cref="InputException">A folder is missing or empty, files are unpaired or cannot be read, grids differ, or no slice is
    /// left.</exception>
    public static NiftiSliceDataset OpenFolders(string imagesFolder, string labelsFolder, NiftiSliceOptions? options = null)
    {
        options ??= NiftiSliceOptions.Default;
        options.Validate();
        IReadOnlyList<FilePair> pairs = FilePairs.Find(imagesFolder, labelsFolder, Extensions, Extensions, options.ImageSuffix, options.LabelSuffix);
        return new NiftiSliceDataset(options.Name ?? new DirectoryInfo(imagesFolder).Name, pairs, options);
    }

    /// <summary>Opens a folder that holds images/ and labels/ (or masks/) with volumes.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="options">How to cut; the default when null.</param>
    /// <exception cref="InputException">As for two folders, or they are not there.</exception>
    public static NiftiSliceDataset OpenFolder(string root, NiftiSliceOptions? options = null)
    {
        options ??= NiftiSliceOptions.Default;
        (string images, string labels) = FilePairs.FoldersIn(root);
        return OpenFolders(images, labels, options with { Name = options.Name ?? new DirectoryInfo(root).Name });
    }

    /// <inheritdoc/>
    public Sample Load(int index)
    {
        (int pair, VolumeAxis axis, int slice) = _slices[index];
        LoadedVolume volume = _store.Get(pair);
        VolumeSlice image = volume.Image.Slice(axis, slice);
        LabelMap labels = volume.Labels.LabelSlice(axis, slice);
        IEnumerable<ObjectMask> objects = _options.MergeLabels
            ? _options.Objects.Objects(MergedClass, labels.Select(_values))
            : _values.SelectMany(value => _options.Objects.Objects(value, labels.Select(value)));
        RgbImage picture = _preprocessor.Apply(image.Raster, volume.Range, _pairs[pair].ImagePath);
        return new Sample(Samples[index], picture, [.. objects], image.Spacing);
    }

    /// <summary>The volume, axis and slice that a sample shows: the way from a predicted mask back into its volume.</summary>
    /// <param name="index">Position in <see cref="Samples"/>.</param>
    public (string ImagePath, VolumeAxis Axis, int Slice) Locate(int index)
    {
        (int pair, VolumeAxis axis, int slice) = _slices[index];
        return (_pairs[pair].ImagePath, axis, slice);
    }

    /// <summary>Reads labels, which mostly are the same at all times of their image.</summary>
    internal static NiftiVolume ReadLabels(string path, int? timePoint)
        => NiftiVolume.Read(path, new NiftiReadOptions { TimePoint = NiftiVolume.CountTimePoints(path) > 1 ? timePoint : null });

    private static string Stem(string path)
    {
        string name = Path.GetFileName(path);
        string? extension = Extensions.FirstOrDefault(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));
        return extension == null ? name : name[..^extension.Length];
    }

    private void Scan(int pair, List<SampleInfo> samples, SortedSet<int> values)
    {
        FilePair files = _pairs[pair];
        VolumeGeometry image = NiftiVolume.ReadGeometry(files.ImagePath);
        NiftiVolume labels = ReadLabels(files.MaskPath, _options.TimePoint);
        RequireSameGrid(files, image, labels.Geometry);
        LargestVolume = Math.Max(LargestVolume, image.Size.VoxelCount);

        VolumeAxis axis = labels.Geometry.FindAxis(_options.Axis);
        int count = labels.Geometry.Size.Along(axis);
        int beyond = _options.Slices?.Select(r => r.Last).DefaultIfEmpty(0).Max() ?? 0;
        if (beyond >= count)
        {
            throw new InputException(
                $"{files.ImagePath}: slice {beyond} was asked for; along '{_options.Axis}' there are 0 to {count - 1}.");
        }

        string group = _groups?.Of(files.Id, files.ImagePath) ?? files.Id;
        // The letters of file dimensions, as in "volume/z0042".
        char letter = "xyz"[(int)axis];
        for (int slice = 0; slice < count; slice++)
        {
            if (_options.Slices?.Any(r => r.Contains(slice)) == false)
                continue;

            LabelMap map = labels.LabelSlice(axis, slice);
            if (_options.LabelValues == null)
                values.UnionWith(map.Values());
            int area = (_options.LabelValues == null ? map.Foreground() : map.Select(_options.LabelValues)).Area;
            if (area < _options.MinimumMaskPixels)
                continue;

            _slices.Add((pair, axis, slice));
            samples.Add(new SampleInfo($"{files.Id}/{letter}{slice:0000}", group));
        }
    }

    private LoadedVolume LoadVolume(int pair)
    {
        FilePair files = _pairs[pair];
        NiftiVolume image = NiftiVolume.Read(files.ImagePath, new NiftiReadOptions { TimePoint = _options.TimePoint }), labels = ReadLabels(files.MaskPath, _options.TimePoint);
        RequireSameGrid(files, image.Geometry, labels.Geometry);
        return new LoadedVolume(image, labels, _preprocessor.Measure(image));
    }

    private static void RequireSameGrid(FilePair files, VolumeGeometry image, VolumeGeometry labels)
    {
        if (image.Size != labels.Size)
        {
            throw new InputException(
                $"{files.MaskPath}: the labels are {labels.Size} voxels; their image {files.ImagePath} is {image.Size}: "
                    + "resample the labels onto the image's grid.");
        }

        if (!image.IsSameGridAs(labels))
        {
            throw new InputException(
                $"{files.MaskPath}: the labels ({labels.AxisCodes}) lie elsewhere than their image {files.ImagePath} "
                    + $"({image.AxisCodes}) by the two affines; resample the labels onto the image's grid.");
        }
    }
}
