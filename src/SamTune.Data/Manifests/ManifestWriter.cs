using System.Text;
using System.Text.Json;
using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;

namespace SamTune.Data.Manifests;

/// <summary>A data set and the part that its pictures belong to.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Split">"train", "val", "test" or any other word; null for none.</param>
/// <param name="IdPrefix">What ids get in front, where parts share some.</param>
public sealed record ManifestPart(ISegmentationDataset Dataset, string? Split = null, string IdPrefix = "");

/// <summary>
/// Writes any data set as a manifest that <see cref="ManifestDataset"/> opens with the same samples. Objects are stored as run lengths.
/// Pictures that are files of their own are named; others, such as slices of volumes, are stored as PNG beside the manifest, in a folder of its
/// name with ".pictures". The recipe that all were opened with is written as well.
/// </summary>
public static class ManifestWriter
{
    /// <summary>Writes a manifest.</summary>
    /// <param name="path">.jsonl file; an existing one is replaced.</param>
    /// <param name="name">Name of the data set.</param>
    /// <param name="parts">The data sets, with classes that agree and ids that differ.</param>
    /// <param name="storePictures">True to store all pictures beside the manifest, as the samples have them, so that it does not need the
    /// source any more.</param>
    /// <param name="progress">Told after each picture how many of all were written.</param>
    /// <param name="cancel">Stops between pictures and leaves nothing.</param>
    /// <exception cref="InputException">Parts contradict each other or were opened with different recipes, a picture cannot be read, the folder for pictures is there already, or
    /// the manifest cannot be written.</exception>
    public static void Write(
        string path,
        string name,
        IReadOnlyList<ManifestPart> parts,
        bool storePictures = false,
        IProgress<(int Done, int Total)>? progress = null,
        CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(parts);
        string full = Path.GetFullPath(path), pictures = full + ".pictures";
        if (Directory.Exists(pictures))
            throw new InputException($"{pictures}: is there already; remove it, or give the manifest another name.");
        string temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Path.GetRandomFileName()}.tmp");
        SortedDictionary<int, string> classes = Classes(path, parts);
        try
        {
            PreprocessingSpec? recipe = null;
            var lines = new List<string>();
            var ids = new HashSet<string>(StringComparer.Ordinal);
            int total = parts.Sum(p => p.Dataset.Samples.Count);
            foreach (ManifestPart part in parts)
            {
                for (int i = 0; i < part.Dataset.Samples.Count; i++)
                {
                    cancel.ThrowIfCancellationRequested();
                    Sample sample = part.Dataset.Load(i);
                    sample = sample with { Info = sample.Info with { Id = part.IdPrefix + sample.Info.Id } };
                    if (!ids.Add(sample.Info.Id))
                    {
                        throw new InputException(
                            $"{path}: '{sample.Info.Id}' is in more than one part; ids are unique: put the parts together by name first.");
                    }

                    (string? file, bool prepared, PreprocessingSpec own) = Picture(part.Dataset, i);
                    recipe ??= own;
                    if (!own.MakesTheSameAs(recipe))
                    {
                        throw new InputException(
                            $"{path}: '{sample.Info.Id}' is prepared by '{own}', pictures before it by '{recipe}'; a manifest has one recipe: "
                                + "open all parts with the same, or write a manifest for each.");
                    }

                    if (file == null || storePictures)
                    {
                        if (sample.Image.ExtraBands.Count > 0)
                        {
                            throw new InputException(
                                $"{path}: '{sample.Info.Id}' has a band beside red, green and blue, which the PNG of a manifest does "
                                    + "not hold; use the scenes themselves.");
                        }

                        string png = $"{lines.Count:000000}.png";
                        ImageWriter.WriteRgbPng(Path.Combine(temporary, png), sample.Image);
                        (file, prepared) = (Path.Combine(pictures, png), true);
                    }

                    lines.Add(ManifestFile.Line(Record(sample, Relative(path, full, file), prepared, part.Split)));
                    progress?.Report((lines.Count, total));
                }
            }

            var header = new ManifestHeader
            {
                Version = ManifestHeader.CurrentVersion,
                Name = name,
                Classes = classes,
                Preprocessing = Json(recipe),
            };
            lines.Insert(0, ManifestFile.Line(header));
            Finish(path, temporary, pictures, lines);
        }
        finally
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
    }

    private static void Finish(string path, string temporary, string pictures, List<string> lines)
    {
        bool stored = Directory.Exists(temporary);
        if (stored)
            Directory.Move(temporary, pictures);
        bool complete = false;
        try
        {
            AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n")));
            complete = true;
        }
        finally
        {
            if (stored && !complete)
                Directory.Delete(pictures, recursive: true);
        }
    }

    private static SortedDictionary<int, string> Classes(string path, IReadOnlyList<ManifestPart> parts)
    {
        var classes = new SortedDictionary<int, string>();
        foreach ((int id, string className) in parts.SelectMany(p => p.Dataset.Classes))
        {
            if (!classes.TryAdd(id, className) && classes[id] != className)
            {
                throw new InputException(
                    $"{path}: class {id} is '{classes[id]}' in one part and '{className}' in another; put the parts together by name "
                        + "first.");
            }
        }

        return classes;
    }

    // The file that a picture is, if it is one, and the recipe that the sample was made by.
    private static (string? Path, bool Prepared, PreprocessingSpec Preprocessing) Picture(ISegmentationDataset dataset, int index) => dataset switch
    {
        ManifestDataset manifest => (manifest.Picture(index).Path, manifest.Picture(index).Prepared, manifest.Preprocessing),
        IImageFiles files => (files.ImagePath(index), false, files.Preprocessing),
        IPreprocessedDataset made => (null, true, made.Preprocessing),
        SubsetDataset subset => Picture(subset.Locate(index).Dataset, subset.Locate(index).Index),
        ConcatDataset concat => Picture(concat.Locate(index).Dataset, concat.Locate(index).Index),
        _ => (null, true, PreprocessingSpec.Rgb),
    };

    private static string Relative(string path, string full, string file)
    {
        string relative = Path.GetRelativePath(Path.GetDirectoryName(full)!, Path.GetFullPath(file)).Replace('\\', '/');
        return !Path.IsPathRooted(relative) ? relative : throw new InputException(
            $"{path}: {file} lies on another drive and cannot be named relative to the manifest; write the manifest beside the pictures.");
    }

    private static ManifestSample Record(Sample sample, string image, bool prepared, string? split) => new()
    {
        Id = sample.Info.Id,
        Image = image,
        Prepared = prepared,
        Group = sample.Info.Group,
        Split = split,
        SpacingMm = sample.Spacing is { } spacing ? [spacing.Y, spacing.X] : null,
        Objects =
        [
            .. sample.Objects.Select(o => new ManifestObject
            {
                Class = o.ClassId,
                Rle = new ManifestRunLength
                {
                    Size = [o.Mask.Size.Height, o.Mask.Size.Width],
                    Counts = RunLength.Encode(o.Mask).ToCompressedString(),
                },
            }),
        ],
    };

    private static JsonElement? Json(PreprocessingSpec? recipe)
    {
        if (recipe == null)
            return null;
        using var document = JsonDocument.Parse(recipe.ToJson());
        return document.RootElement.Clone();
    }
}
