using SamTune.Data.Datasets;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;

namespace SamTune.Data.Voc;

/// <summary>
/// A folder laid out as Pascal VOC does (Everingham et al. 2010, "The Pascal visual object classes challenge"; development kit, section 3.4): pictures in JPEGImages/, label pictures in
/// SegmentationClass/ and SegmentationObject/ (indexed PNG, 0 background, 255 void), lists of names in ImageSets/Segmentation/.
/// </summary>
public sealed class VocDataset : IImageFiles
{
    private static readonly string[] s_extensions = [".jpg", ".jpeg", ".png"];

    private static readonly string[] s_names =
    [
        "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train",
        "tvmonitor",
    ];

    private readonly string _root;
    private readonly VocOptions _options;
    private readonly Preprocessor _preprocessor;
    private readonly string[] _files;

    private VocDataset(string root, VocOptions options)
    {
        _root = root;
        _options = options;
        _preprocessor = new Preprocessor(options.Preprocessing);
        string[] names = ReadNames();
        _files = [.. names.Select(FindImage)];
        RefuseMissing(names, "SegmentationClass");
        if (options.Instances)
            RefuseMissing(names, "SegmentationObject");

        WholeScenes.Require(options.Preprocessing, root, _files);
        var groups = new SampleGroups(options.GroupPattern);
        Name = options.Name ?? new DirectoryInfo(root).Name;
        Samples = [.. names.Select((name, i) => new SampleInfo(name, groups.Of(name, _files[i])))];
        Classes = options.ClassNames ?? FindClasses();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, string> Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<SampleInfo> Samples { get; }

    /// <summary>True for a folder that is laid out so.</summary>
    /// <param name="root">The folder.</param>
    public static bool IsVoc(string root) => Directory.Exists(Path.Combine(root, "JPEGImages")) && Directory.Exists(Path.Combine(root, "SegmentationClass"));

    /// <summary>Opens a folder.</summary>
    /// <param name="root">Folder such as VOCdevkit/VOC2012.</param>
    /// <param name="options">How to read; the default when null.</param>
    /// <exception cref="InputException">A folder, list or picture is missing.</exception>
    public static VocDataset Open(string root, VocOptions? options = null)
    {
        options ??= VocOptions.Default;
        options.Validate();
        if (!IsVoc(root))
            throw new InputException($"{root}: no JPEGImages/ and SegmentationClass/ here; name the folder that holds them, such as VOCdevkit/VOC2012.");
        return new VocDataset(root, options);
    }

    /// <inheritdoc/>
    public PreprocessingSpec Preprocessing => _options.Preprocessing;

    /// <inheritdoc/>
    public string ImagePath(int index) => _files[index];

    /// <summary>The label pictures of a picture.</summary>
    internal string[] LabelFiles(int index)
    {
        string classes = LabelPath("SegmentationClass", Samples[index].Id);
        return _options.Instances ? [classes, LabelPath("SegmentationObject", Samples[index].Id)] : [classes];
    }

    /// <inheritdoc/>
    public Sample Load(int index)
    {
        RgbImage picture = _preprocessor.Read(_files[index], _options.Limits);
        LabelMap classes = ReadLabels("SegmentationClass", index, picture.Size);
        IEnumerable<ObjectMask> objects;
        if (_options.Instances)
        {
            LabelMap instances = ReadLabels("SegmentationObject", index, picture.Size);
            objects = Values(instances).SelectMany(value =>
            {
                BinaryMask mask = instances.Select(value);
                return _options.Objects.Objects(ClassOf(mask, classes, index, value), mask);
            });
        }
        else
        {
            objects = Values(classes).SelectMany(value => _options.Objects.Objects(Known(value, index), classes.Select(value)));
        }

        return new Sample(Samples[index], picture, [.. objects], Spacing: null);
    }

    private string[] ReadNames()
    {
        string folder = Path.Combine(_root, "ImageSets", "Segmentation");
        string[] lists = _options.ImageSet != null
            ? [RelativeFiles.Inside("image set", folder, _options.ImageSet + ".txt")]
            : Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal)] : [];
        if (lists.Length == 0 || !File.Exists(lists[0]))
        {
            string there = Directory.Exists(folder) ? string.Join(", ", Directory.GetFiles(folder, "*.txt").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)) : "";
            throw new InputException($"{(lists.Length == 0 ? folder : lists[0])}: no such list of pictures; there is {(there.Length == 0 ? "none" : there)}: add a text file with a name a line.");
        }

        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string list in lists)
        {
            var own = new HashSet<string>(StringComparer.Ordinal);
            foreach ((int index, string line) in File.ReadLines(list).Index())
            {
                string name = line.Trim();
                if (name.Length == 0)
                    continue;
                _ = RelativeFiles.Inside($"{list}: line {index + 1}", _root, name);
                if (!own.Add(name))
                    throw new InputException($"{list}: line {index + 1}: '{name}' occurs twice; keep one line.");
                names.Add(name);
            }
        }

        return names.Count > 0 ? [.. names] : throw new InputException($"{lists[0]}: no names; a name of a picture a line is needed.");
    }

    private string FindImage(string name)
    {
        string stem = Path.Combine(_root, "JPEGImages", name);
        return s_extensions.Select(e => stem + e).FirstOrDefault(File.Exists)
            ?? throw new InputException($"{stem}.jpg: no such picture ({string.Join(", ", s_extensions)} were looked for), though ImageSets/Segmentation lists it; add it or remove its line.");
    }

    private string LabelPath(string folder, string name) => Path.Combine(_root, folder, name + ".png");

    private void RefuseMissing(string[] names, string folder)
    {
        List<string> missing = [.. names.Where(name => !File.Exists(LabelPath(folder, name)))];
        if (missing.Count > 0)
            throw new InputException($"{Path.Combine(_root, folder)}: {missing.Count} of {names.Length} label pictures are missing ({FilePairs.Names(missing)}); add them or remove their lines.");
    }

    private LabelMap ReadLabels(string folder, int index, ImageSize size)
    {
        string path = LabelPath(folder, Samples[index].Id);
        LabelMap labels = LabelReader.Read(path, _options.Limits);
        return labels.Size == size ? labels : throw new InputException($"{path}: the labels are {labels.Size}; their picture {_files[index]} is {size}: export them at the picture's size.");
    }

    private IEnumerable<int> Values(LabelMap labels) => labels.Values().Where(value => value != _options.VoidValue);

    private int Known(int value, int index) => Classes.ContainsKey(value) ? value : throw new InputException(
        $"{LabelPath("SegmentationClass", Samples[index].Id)}: the value {value} is none of the classes {string.Join(", ", Classes.Keys)}; name it in class_names.txt.");

    // The class that most of an object's pixels have; its outline is void in both pictures, but not everywhere alike.
    private int ClassOf(BinaryMask mask, LabelMap classes, int index, int value)
    {
        var counts = new Dictionary<int, int>();
        for (int i = 0; i < mask.Pixels.Length; i++)
        {
            int found = classes.Labels[i];
            if (mask.Pixels[i] != 0 && found != 0 && found != _options.VoidValue)
                counts[found] = counts.GetValueOrDefault(found) + 1;
        }

        return counts.Count > 0
            ? Known(counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key).First().Key, index)
            : throw new InputException($"{LabelPath("SegmentationObject", Samples[index].Id)}: object {value} lies on no class of SegmentationClass/; the two pictures do not belong together.");
    }

    private SortedDictionary<int, string> FindClasses()
    {
        string list = Path.Combine(_root, "class_names.txt");
        if (File.Exists(list))
        {
            string[] lines = [.. File.ReadLines(list).Select(line => line.Trim()).Where(line => line.Length > 0)];
            return new SortedDictionary<int, string>(lines.Index().Skip(1).ToDictionary(line => line.Index, line => line.Item));
        }

        if (new DirectoryInfo(_root).Name.StartsWith("VOC2", StringComparison.Ordinal))
            return new SortedDictionary<int, string>(s_names.Index().ToDictionary(n => n.Index + 1, n => n.Item));

        var classes = new SortedDictionary<int, string>();
        foreach (SampleInfo sample in Samples)
        {
            foreach (int value in Values(LabelReader.Read(LabelPath("SegmentationClass", sample.Id), _options.Limits)))
                classes[value] = $"class {value}";
        }

        return classes;
    }
}
