using SamTune.Data.Datasets;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;

namespace SamTune.Data.Manifests;

/// <summary>
/// A data set described by one file of JSON lines. The first line is the header:
/// <c>{"samtune_manifest": 1, "name": "cells", "classes": {"1": "nucleus"}}</c>; every other line is a picture:
/// <c>{"id": "a", "image": "a.png", "group": "patient 1", "split": "train", "objects": [{"class": 1, "mask": "a_mask.png"}]}</c>.
/// An object is a mask file, a value of a label file (<c>"labels": "a.png", "value": 3</c>) or COCO's compressed run lengths
/// (<c>"rle": {"size": [height, width], "counts": "..."}</c>). Paths are relative to the manifest. The header's <c>preprocessing</c> is the recipe that makes
/// pictures 8-bit RGB, or has made them so where their line says <c>"prepared": true</c>; without one they are taken as they are.
/// </summary>
public sealed class ManifestDataset : IImageFiles
{
    private readonly string _path;
    private readonly string _folder;
    private readonly ManifestOptions _options;
    private readonly Preprocessor _preprocessor;
    private readonly Preprocessor _prepared = new(PreprocessingSpec.Rgb);
    private readonly List<(int Line, ManifestSample Sample)> _lines;

    private ManifestDataset(string path, ManifestOptions options)
    {
        _path = path;
        _folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        _options = options;
        (ManifestHeader header, List<(int Line, ManifestSample Sample)> lines) = ManifestFile.Read(path, options.MaximumBytes);
        PreprocessingSpec own = header.Preprocessing is { } json ? PreprocessingSpec.FromJson(json.GetRawText(), path) : PreprocessingSpec.Rgb;
        _preprocessor = new Preprocessor(options.Preprocessing ?? own);
        RefuseTwice(lines);
        Splits = [.. lines.Select(l => l.Sample.Split).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        _lines = [.. lines.Where(l => options.Split == null || l.Sample.Split == options.Split)];
        if (_lines.Count == 0)
        {
            string there = Splits.Count == 0 ? "no line names a split" : $"there are {string.Join(", ", Splits)}";
            throw new InputException(
                options.Split == null
                    ? $"{path}: no pictures; a line for each is needed."
                    : $"{path}: no picture of split '{options.Split}'; {there}.");
        }

        RefuseOtherRecipe(own);
        Name = options.Name ?? (options.Split == null ? header.Name : $"{header.Name}/{options.Split}");
        Classes = header.Classes;
        SampleGroups? groups = options.GroupPattern == null ? null : new SampleGroups(options.GroupPattern);
        Samples = [.. _lines.Select(l => new SampleInfo(l.Sample.Id, groups?.Of(l.Sample.Id, $"{path}: line {l.Line}") ?? l.Sample.Group ?? l.Sample.Id))];
        RefuseMissing();
        WholeScenes.Require(Preprocessing, path, Enumerable.Range(0, _lines.Count).Select(ImagePath).OfType<string>());
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, string> Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<SampleInfo> Samples { get; }

    /// <summary>The parts that the manifest names, whichever was opened.</summary>
    public IReadOnlyList<string> Splits { get; }

    /// <summary>How pictures become 8-bit RGB, and how those that are prepared already did.</summary>
    public PreprocessingSpec Preprocessing => _preprocessor.Spec;

    /// <summary>Opens a manifest.</summary>
    /// <param name="path">.jsonl file.</param>
    /// <param name="options">How to read; the default when null.</param>
    /// <exception cref="InputException">The file is missing or not as described (the message names the line), a picture is missing, or one was
    /// prepared by another recipe than is asked for.</exception>
    public static ManifestDataset Open(string path, ManifestOptions? options = null)
    {
        options ??= ManifestOptions.Default;
        options.Validate();
        return new ManifestDataset(path, options);
    }

    /// <inheritdoc/>
    public Sample Load(int index)
    {
        (int line, ManifestSample sample) = _lines[index];
        string image = Resolve(line, sample.Image);
        RgbImage picture = (sample.Prepared ? _prepared : _preprocessor).Read(image, _options.Limits);
        PixelSpacing? spacing = sample.SpacingMm is [double y, double x] ? new PixelSpacing(y, x) : null;
        IEnumerable<ObjectMask> objects = sample.Objects.SelectMany(o => _options.Objects.Objects(o.Class, Mask(line, o, picture.Size)));
        return new Sample(Samples[index], picture, [.. objects], spacing);
    }

    /// <summary>The file of a picture and whether it is the 8-bit RGB picture itself.</summary>
    internal (string Path, bool Prepared) Picture(int index)
        => (Resolve(_lines[index].Line, _lines[index].Sample.Image), _lines[index].Sample.Prepared);

    /// <summary>The mask and label files of a picture.</summary>
    internal IEnumerable<string> MaskFiles(int index)
        => _lines[index].Sample.Objects.Select(o => o.Mask ?? o.Labels).OfType<string>().Select(f => Resolve(_lines[index].Line, f));

    /// <inheritdoc/>
    public string? ImagePath(int index) => Picture(index) is (var path, false) ? path : null;

    private BinaryMask Mask(int line, ManifestObject entry, ImageSize size)
    {
        BinaryMask mask;
        if (entry.Rle is { } rle)
        {
            if (rle.Size[0] != size.Height || rle.Size[1] != size.Width)
            {
                throw new InputException(
                    $"{_path}: line {line}: run lengths of {rle.Size[1]}x{rle.Size[0]} pixels; the picture is {size}: they do not "
                        + "belong together.");
            }

            try
            {
                return RunLength.FromCompressedString(size, rle.Counts).Decode();
            }
            catch (InputException exception)
            {
                throw new InputException($"{_path}: line {line}: {exception.Message}", exception);
            }
        }

        string file = Resolve(line, entry.Mask ?? entry.Labels);
        mask = entry.Mask != null
            ? LabelReader.ReadBinary(file, _options.Limits)
            : LabelReader.Read(file, _options.Limits).Select(entry.Value!.Value);
        return mask.Size == size ? mask : throw new InputException(
            $"{file}: the mask is {mask.Size}; its picture is {size} ({_path}: line {line}): export the mask at the picture's size.");
    }

    private string Resolve(int line, string? name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Contains('\0') || Path.IsPathRooted(name))
        {
            throw new InputException(
                $"{_path}: line {line}: the file name '{name?.Replace('\0', '?')}' is no relative path; name files relative to the "
                    + "manifest.");
        }

        return Path.GetFullPath(Path.Combine(_folder, Path.Combine(name.Split('/', '\\'))));
    }

    // A recipe that was carried out cannot be exchanged for another any more.
    private void RefuseOtherRecipe(PreprocessingSpec own)
    {
        if (!Preprocessing.MakesTheSameAs(own) && _lines.Exists(l => l.Sample.Prepared))
        {
            throw new InputException(
                $"{_path}: its pictures were prepared by '{own}', but '{Preprocessing}' is asked for; write the manifest again from its source with that recipe, or use it with an adapter of its own recipe.");
        }
    }

    private void RefuseTwice(List<(int Line, ManifestSample Sample)> lines)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((int line, ManifestSample sample) in lines)
        {
            if (!first.TryAdd(sample.Id, line))
            {
                throw new InputException(
                    $"{_path}: line {line}: the id '{sample.Id}' is that of line {first[sample.Id]} already; ids are unique: rename one.");
            }
        }
    }

    private void RefuseMissing()
    {
        foreach ((int line, ManifestSample sample) in _lines)
        {
            IEnumerable<string?> names = sample.Objects.Select(o => o.Mask ?? o.Labels).Where(n => n != null).Prepend(sample.Image);
            if (names.Select(n => Resolve(line, n)).FirstOrDefault(f => !File.Exists(f)) is { } missing)
            {
                throw new InputException(
                    $"{_path}: line {line}: {missing} does not exist; paths are relative to the manifest: add the file or correct the "
                        + "line.");
            }
        }
    }
}
