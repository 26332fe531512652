using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;

namespace SamTune.Data.Datasets;

/// <summary>Pictures in one folder, masks in another; the same relative path but for extension and suffix makes a pair.</summary>
public sealed class ImageFolderDataset : IImageFiles
{
    private const int ObjectClass = 1;
    private const int MasksLookedAt = 32;

    /// <summary>Endings of the files that are taken for pictures or masks.</summary>
    internal static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp"];

    private readonly IReadOnlyList<FilePair> _pairs;
    private readonly ImageFolderOptions _options;
    private readonly Preprocessor _preprocessor;

    /// <summary>Takes pairs that were found elsewhere.</summary>
    internal ImageFolderDataset(string name, IReadOnlyList<FilePair> pairs, ImageFolderOptions options)
    {
        Name = name;
        _pairs = pairs;
        _options = options;
        _preprocessor = new Preprocessor(options.Preprocessing);
        var groups = new SampleGroups(options.GroupPattern);
        Samples = [.. pairs.Select(pair => new SampleInfo(pair.Id, groups.Of(pair.Id, pair.ImagePath)))];
        MaskMode = options.MaskMode == MaskMode.Auto ? Recognise() : options.MaskMode;
        Classes = options.ClassNames ?? FindClasses();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, string> Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<SampleInfo> Samples { get; }

    /// <summary>What the numbers in mask files mean; never <see cref="MaskMode.Auto"/>.</summary>
    public MaskMode MaskMode { get; }

    /// <summary>Opens a folder of images and a folder of masks.</summary>
    /// <param name="imagesFolder">Folder of PNG, JPEG, TIFF or WebP files, subfolders included.</param>
    /// <param name="masksFolder">Folder of masks.</param>
    /// <param name="options">How to read; the default when null.</param>
    /// <exception cref="InputException">A folder is missing or empty, files are unpaired, or options are out of range.</exception>
    public static ImageFolderDataset Open(string imagesFolder, string masksFolder, ImageFolderOptions? options = null)
    {
        options ??= ImageFolderOptions.Default;
        options.Validate();
        IReadOnlyList<FilePair> pairs = FilePairs.Find(imagesFolder, masksFolder, Extensions, imageSuffix: "", options.MaskSuffix);
        return new ImageFolderDataset(options.Name ?? new DirectoryInfo(imagesFolder).Name, pairs, options);
    }

    /// <summary>Opens a folder that holds images/ and masks/ (or labels/).</summary>
    /// <param name="root">The folder.</param>
    /// <param name="options">How to read; the default when null.</param>
    /// <exception cref="InputException">As for two folders, or they are not there.</exception>
    public static ImageFolderDataset Open(string root, ImageFolderOptions? options = null)
    {
        options ??= ImageFolderOptions.Default;
        (string images, string masks) = FilePairs.FoldersIn(root);
        return Open(images, masks, options with { Name = options.Name ?? new DirectoryInfo(root).Name });
    }

    /// <inheritdoc/>
    public Sample Load(int index)
    {
        FilePair pair = _pairs[index];
        RgbImage image = _preprocessor.Read(pair.ImagePath, _options.Limits);
        return new Sample(Samples[index], image, [.. ReadObjects(pair, image.Size)], Spacing: null);
    }

    /// <inheritdoc/>
    public PreprocessingSpec Preprocessing => _options.Preprocessing;

    /// <inheritdoc/>
    public string ImagePath(int index) => _pairs[index].ImagePath;

    /// <summary>Reads the header of every file and compares sizes; no pixel is decoded.</summary>
    /// <exception cref="InputException">A header is damaged, or a mask has another size than its image.</exception>
    public void Check()
    {
        foreach (FilePair pair in _pairs)
            CheckSizes(pair, ImageReader.ReadHeader(pair.ImagePath, _options.Limits).Size);
    }

    private void CheckSizes(FilePair pair, ImageSize image)
    {
        ImageSize mask = ImageReader.ReadHeader(pair.MaskPath, _options.Limits).Size;
        if (mask != image)
        {
            throw new InputException(
                $"{pair.MaskPath}: the mask is {mask}; its image {pair.ImagePath} is {image}: export the mask at the image's "
                    + "size.");
        }
    }

    private IEnumerable<ObjectMask> ReadObjects(FilePair pair, ImageSize size)
    {
        CheckSizes(pair, size);
        if (MaskMode == MaskMode.Binary && _options.IgnoredValues.Count == 0)
            return _options.Objects.Objects(ObjectClass, LabelReader.ReadBinary(pair.MaskPath, _options.Limits));

        LabelMap labels = LabelReader.Read(pair.MaskPath, _options.Limits);
        List<int> values = [.. labels.Values().Where(value => !_options.IgnoredValues.Contains(value))];
        if (MaskMode == MaskMode.Binary && values.Count > 1)
        {
            throw new InputException(
                $"{pair.MaskPath}: {values.Count} values besides 0 and the ignored ones ({string.Join(", ", values.Take(5))}); a binary "
                    + "mask has one: choose the mask mode 'indexed' or 'instances'.");
        }

        if (MaskMode != MaskMode.Indexed)
            return values.SelectMany(value => _options.Objects.Objects(ObjectClass, labels.Select(value)));

        int unknown = values.FirstOrDefault(value => !Classes.ContainsKey(value));
        if (unknown != 0)
        {
            throw new InputException(
                $"{pair.MaskPath}: the value {unknown} is none of the classes {string.Join(", ", Classes.Keys)}; name it, or "
                    + "ignore it.");
        }

        return values.SelectMany(value => _options.Objects.Objects(value, labels.Select(value)));
    }

    private MaskMode Recognise()
    {
        var values = new HashSet<int>();
        bool several = false, wide = false;
        int step = Math.Max(1, _pairs.Count / MasksLookedAt);
        for (int i = 0; i < _pairs.Count; i += step)
        {
            ImageHeader header = ImageReader.ReadHeader(_pairs[i].MaskPath, _options.Limits);
            if (header.Format == ImageFormat.Jpeg)
                continue;
            List<int> found = [.. LabelReader.Read(_pairs[i].MaskPath, _options.Limits).Values().Except(_options.IgnoredValues)];
            values.UnionWith(found);
            several |= found.Count > 1;
            wide |= header.StoredAs != SampleKind.UInt8;
        }

        // Masks that each show one value, but not the same, are classes too.
        return values.Count <= 1 ? MaskMode.Binary : several && wide ? MaskMode.Instances : MaskMode.Indexed;
    }

    private SortedDictionary<int, string> FindClasses()
    {
        if (MaskMode != MaskMode.Indexed)
            return new SortedDictionary<int, string> { [ObjectClass] = "object" };

        var classes = new SortedDictionary<int, string>();
        foreach (FilePair pair in _pairs)
        {
            foreach (int value in LabelReader.Read(pair.MaskPath, _options.Limits).Values())
            {
                if (!_options.IgnoredValues.Contains(value))
                    classes[value] = $"class {value}";
            }
        }

        return classes;
    }
}
