using SamTune.Data.Datasets;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;

namespace SamTune.Data.Coco;

/// <summary>
/// Pictures with the objects of a COCO instances file (Lin et al. 2014, "Microsoft COCO: Common objects in context";
/// https://cocodataset.org/#format-data): each annotation is one object, categories are classes. Shapes may be polygons, run lengths as
/// numbers or as compressed text. Pictures are in the file's order; those without an object are kept.
/// </summary>
public sealed class CocoDataset : IImageFiles
{
    private readonly string _path;
    private readonly CocoOptions _options;
    private readonly Preprocessor _preprocessor;
    private readonly IReadOnlyList<CocoImage> _images;
    private readonly string[] _files;
    private readonly ILookup<long, CocoAnnotation> _annotations;

    private CocoDataset(string path, CocoOptions options)
    {
        _path = path;
        _options = options;
        _preprocessor = new Preprocessor(options.Preprocessing);
        CocoFile file = CocoFile.Read(path, options.MaximumBytes);
        _images = file.Images;
        _annotations = file.Annotations.Where(a => options.IncludeCrowds || a.IsCrowd == 0).ToLookup(a => a.ImageId);
        Name = options.Name ?? Path.GetFileNameWithoutExtension(path);
        Classes = new SortedDictionary<int, string>(file.Categories.ToDictionary(c => (int)c.Id, c => c.Name));
        string folder = options.ImagesFolder ?? FindFolder();
        _files = [.. _images.Select(i => RelativeFiles.Inside($"{path}: image {i.Id}", folder, i.FileName))];
        RefuseMissing(folder);
        WholeScenes.Require(options.Preprocessing, path, _files);

        var groups = new SampleGroups(options.GroupPattern);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var samples = new List<SampleInfo>();
        for (int i = 0; i < _images.Count; i++)
        {
            CocoImage image = _images[i];
            options.Limits.Check($"{path}: image {image.Id}", image.Width, image.Height);
            string id = Path.ChangeExtension(image.FileName.Replace('\\', '/'), null);
            if (!ids.Add(id))
            {
                throw new InputException(
                    $"{path}: image {image.Id} is a second one of the name '{id}'; names without extension are unique: rename a file.");
            }

            samples.Add(new SampleInfo(id, groups.Of(id, _files[i])));
        }

        Samples = samples;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, string> Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<SampleInfo> Samples { get; }

    /// <summary>Opens a COCO instances file.</summary>
    /// <param name="path">Annotation file, such as annotations/instances_val2017.json.</param>
    /// <param name="options">How to read; the default when null.</param>
    /// <exception cref="InputException">The file is missing or damaged, ids contradict each other, or pictures are missing.</exception>
    public static CocoDataset Open(string path, CocoOptions? options = null)
    {
        options ??= CocoOptions.Default;
        options.Validate();
        return new CocoDataset(path, options);
    }

    /// <inheritdoc/>
    public PreprocessingSpec Preprocessing => _options.Preprocessing;

    /// <inheritdoc/>
    public string ImagePath(int index) => _files[index];

    /// <inheritdoc/>
    public Sample Load(int index)
    {
        CocoImage image = _images[index];
        RgbImage picture = _preprocessor.Read(_files[index], _options.Limits);
        if (picture.Size != new ImageSize(image.Height, image.Width))
        {
            throw new InputException(
                $"{_files[index]}: the picture is {picture.Size}; {_path} says {image.Width}x{image.Height}: is it another file of that "
                    + "name?");
        }

        IEnumerable<ObjectMask> objects = _annotations[image.Id]
            .SelectMany(a => _options.Objects.Objects((int)a.CategoryId, ToMask(a, picture.Size)));
        return new Sample(Samples[index], picture, [.. objects], Spacing: null);
    }

    private BinaryMask ToMask(CocoAnnotation annotation, ImageSize size)
    {
        if (annotation.Segmentation == null)
        {
            throw new InputException(
                $"{_path}: annotation {annotation.Id} has no 'segmentation'; boxes alone are no masks: remove it or add its shape.");
        }

        try
        {
            return annotation.Segmentation.ToMask(size);
        }
        catch (InputException exception)
        {
            throw new InputException($"{_path}: annotation {annotation.Id}: {exception.Message}", exception);
        }
    }

    private string FindFolder()
    {
        string own = Path.GetDirectoryName(Path.GetFullPath(_path))!;
        string above = Path.GetDirectoryName(own) ?? own;
        // instances_val2017.json is of the pictures in val2017/.
        string part = Path.GetFileNameWithoutExtension(_path).Split('_', 2)[^1];
        string[] folders =
        [
            Path.Combine(own, "images"), own,
            Path.Combine(above, "images"), above, Path.Combine(above, part), Path.Combine(above, "images", part),
        ];
        return _images.Count == 0
            ? own
            : folders.FirstOrDefault(f => File.Exists(RelativeFiles.Inside($"{_path}: image {_images[0].Id}", f, _images[0].FileName)))
                ?? throw new InputException(
                    $"{_path}: the picture '{_images[0].FileName}' is in none of {string.Join(", ", folders)}; put the pictures there, or "
                        + "name their folder.");
    }

    private void RefuseMissing(string folder)
    {
        List<string> missing = [.. _images.Where((_, i) => !File.Exists(_files[i])).Select(i => i.FileName)];
        if (missing.Count > 0)
        {
            throw new InputException(
                $"{_path}: {missing.Count} of {_images.Count} pictures are not in {folder} ({FilePairs.Names(missing)}); add them, or "
                    + "remove them from 'images'.");
        }

        if (_images.Count == 0)
            throw new InputException($"{_path}: no images; a data set with at least one picture is needed.");
    }
}
