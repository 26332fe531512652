using System.Text.Json;
using System.Text.Json.Serialization;
using SamTune.Imaging;

namespace SamTune.Data.Coco;

/// <summary>
/// The parts of a COCO instances file that are read; other members (licenses, info, bbox, area ...) are skipped, as they are different in
/// every exporter.
/// </summary>
internal sealed record CocoFile
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new CocoSegmentationConverter() },
    };


    public required IReadOnlyList<CocoImage> Images { get; init; }

    public required IReadOnlyList<CocoAnnotation> Annotations { get; init; }

    public required IReadOnlyList<CocoCategory> Categories { get; init; }

    /// <summary>Reads a file and checks that its ids fit together.</summary>
    /// <exception cref="InputException">The file is missing, damaged, too large, no COCO instances file, or ids contradict each
    /// other.</exception>
    public static CocoFile Read(string path, long maximumBytes)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            if (stream.Length > maximumBytes)
            {
                throw new InputException(
                    $"{path}: {stream.Length} bytes; at most {maximumBytes} are read: split the file by images or raise the limit.");
            }

            CocoFile file = JsonSerializer.Deserialize<CocoFile>(stream, s_json) ?? throw new InputException(
                $"{path}: the file holds null; an object with 'images', 'annotations' and 'categories' is needed.");
            file.Check(path);
            return file;
        }
        catch (JsonException exception)
        {
            throw new InputException(
                $"{path}: at '{exception.Path}': {exception.Message.ReplaceLineEndings(" ").TrimEnd('.')}; a COCO instances file with "
                    + "'images', 'annotations' and 'categories' is needed.",
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be opened ({exception.Message.ReplaceLineEndings(" ")}); check the path.", exception);
        }
    }

    private void Check(string path)
    {
        if (Images is null || Annotations is null || Categories is null
            || Images.Contains(null!) || Annotations.Contains(null!) || Categories.Contains(null!))
        {
            throw new InputException(
                $"{path}: 'images', 'annotations' or 'categories' holds null; lists of objects are needed: export the file again.");
        }

        RefuseTwice(path, "image", Images.Select(i => i.Id));
        RefuseTwice(path, "annotation", Annotations.Select(a => a.Id));
        RefuseTwice(path, "category", Categories.Select(c => c.Id));
        if (Categories.FirstOrDefault(c => c.Id is < 0 or > int.MaxValue || string.IsNullOrEmpty(c.Name)) is { } nameless)
        {
            throw new InputException(
                $"{path}: category {nameless.Id} has the name '{nameless.Name}'; an id from 0 to {int.MaxValue} and a name are needed.");
        }

        var images = Images.Select(i => i.Id).ToHashSet();
        var categories = Categories.Select(c => c.Id).ToHashSet();
        foreach (CocoAnnotation annotation in Annotations)
        {
            if (!images.Contains(annotation.ImageId))
            {
                throw new InputException(
                    $"{path}: annotation {annotation.Id} is of image {annotation.ImageId}, which is not in 'images'; add the image or "
                        + "remove the annotation.");
            }

            if (!categories.Contains(annotation.CategoryId))
            {
                throw new InputException(
                    $"{path}: annotation {annotation.Id} is of category {annotation.CategoryId}, which is not in 'categories'; add the "
                        + "category or remove the annotation.");
            }
        }
    }

    private static void RefuseTwice(string path, string what, IEnumerable<long> ids)
    {
        var seen = new HashSet<long>();
        foreach (long id in ids)
        {
            if (!seen.Add(id))
                throw new InputException($"{path}: {what} id {id} occurs twice; ids are unique: number them anew.");
        }
    }
}

/// <summary>A picture.</summary>
internal sealed record CocoImage
{
    public required long Id { get; init; }

    public required string FileName { get; init; }

    public required int Height { get; init; }

    public required int Width { get; init; }
}

/// <summary>One object of a picture, or a crowd of them.</summary>
internal sealed record CocoAnnotation
{
    public required long Id { get; init; }

    public required long ImageId { get; init; }

    public required long CategoryId { get; init; }

    public CocoSegmentation? Segmentation { get; init; }

    [JsonPropertyName("iscrowd")]
    public int IsCrowd { get; init; }
}

/// <summary>A class.</summary>
internal sealed record CocoCategory
{
    public required long Id { get; init; }

    public required string Name { get; init; }
}
