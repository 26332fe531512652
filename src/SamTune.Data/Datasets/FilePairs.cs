using SamTune.Imaging;

namespace SamTune.Data.Datasets;

/// <summary>An image file and the mask file that belongs to it.</summary>
/// <param name="Id">Relative path without extension and suffix, with forward slashes.</param>
/// <param name="ImagePath">The image.</param>
/// <param name="MaskPath">Its mask.</param>
internal sealed record FilePair(string Id, string ImagePath, string MaskPath);

/// <summary>Finds which mask belongs to which image: the same relative path but for the extension and a suffix.</summary>
internal static class FilePairs
{
    private const int NamesShown = 5;

    private static readonly string[] MaskFolders = ["masks", "labels"];

    /// <summary>Pairs all files of two folders, in ordinal order of their ids.</summary>
    /// <exception cref="InputException">A folder is missing or empty, a name occurs twice, or a file has no partner.</exception>
    public static IReadOnlyList<FilePair> Find(
        string imagesFolder, string masksFolder, IReadOnlyList<string> extensions, IReadOnlyList<string> maskExtensions, string imageSuffix, string maskSuffix)
    {
        (IReadOnlyList<FilePair> pairs, IReadOnlyList<string> unpaired) = Match(imagesFolder, masksFolder, extensions, maskExtensions, imageSuffix, maskSuffix);
        return unpaired.Count == 0 ? pairs : throw new InputException(unpaired[0]);
    }

    /// <summary>Pairs what can be paired, and says what cannot: a line for images without a mask, one for masks without an image.</summary>
    /// <exception cref="InputException">A folder is missing or empty, or a name occurs twice.</exception>
    public static (IReadOnlyList<FilePair> Pairs, IReadOnlyList<string> Unpaired) Match(
        string imagesFolder, string masksFolder, IReadOnlyList<string> extensions, IReadOnlyList<string> maskExtensions, string imageSuffix, string maskSuffix)
    {
        SortedDictionary<string, string> images = List(imagesFolder, extensions, imageSuffix, "images");
        SortedDictionary<string, string> masks = List(masksFolder, maskExtensions, maskSuffix, "masks");
        List<string> unpaired = [];
        List<string> withoutMask = [.. images.Keys.Where(id => !masks.ContainsKey(id))];
        if (withoutMask.Count > 0)
        {
            unpaired.Add(
                $"{imagesFolder}: {withoutMask.Count} of {images.Count} images have no mask in {masksFolder} "
                    + $"({Names(withoutMask)}); add masks of the same name or set the mask suffix.");
        }

        List<string> withoutImage = [.. masks.Keys.Where(id => !images.ContainsKey(id))];
        if (withoutImage.Count > 0)
        {
            unpaired.Add(
                $"{masksFolder}: {withoutImage.Count} of {masks.Count} masks have no image in {imagesFolder} "
                    + $"({Names(withoutImage)}); add the images or remove the masks.");
        }

        return ([.. images.Where(image => masks.ContainsKey(image.Key)).Select(image => new FilePair(image.Key, image.Value, masks[image.Key]))], unpaired);
    }

    /// <summary>The two folders inside a root: images/ with masks/ or labels/.</summary>
    /// <exception cref="InputException">They are not there.</exception>
    public static (string Images, string Masks) FoldersIn(string root)
    {
        RequireFolder(root);
        string images = Path.Combine(root, "images");
        string? masks = MaskFolders.Select(name => Path.Combine(root, name)).FirstOrDefault(Directory.Exists);
        if (!Directory.Exists(images) || masks == null)
        {
            throw new InputException(
                $"{root}: holds no images/ with masks/ (or labels/) beside it; name the two folders so, or give both of them.");
        }

        return (images, masks);
    }

    /// <summary>The first few of many names.</summary>
    public static string Names(IReadOnlyList<string> names)
        => string.Join(", ", names.Take(NamesShown)) + (names.Count > NamesShown ? ", ..." : "");

    private static SortedDictionary<string, string> List(string folder, IReadOnlyList<string> extensions, string suffix, string what)
    {
        RequireFolder(folder);
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
        };
        foreach (string path in Directory.EnumerateFiles(folder, "*", options).Order(StringComparer.Ordinal))
        {
            string relative = Path.GetRelativePath(folder, path).Replace('\\', '/');
            string? extension = extensions.FirstOrDefault(e => relative.EndsWith(e, StringComparison.OrdinalIgnoreCase));
            if (extension == null)
                continue;

            string id = relative[..^extension.Length];
            if (!id.EndsWith(suffix, StringComparison.Ordinal))
            {
                throw new InputException(
                    $"{path}: the name does not end with the suffix '{suffix}' that was set for {what}; rename the file or "
                        + "change the suffix.");
            }

            id = id[..^suffix.Length];
            if (!found.TryAdd(id, path))
                throw new InputException($"{path}: a second file for '{id}' besides {found[id]}; keep one of them.");
        }

        if (found.Count == 0)
        {
            throw new InputException(
                $"{folder}: no {what} here; files with {string.Join(", ", extensions)} are looked for, also in subfolders.");
        }

        return found;
    }

    private static void RequireFolder(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InputException($"{folder}: no such folder; check the path.");
    }
}
