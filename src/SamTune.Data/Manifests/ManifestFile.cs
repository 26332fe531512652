using System.Text.Json;
using System.Text.Json.Serialization;
using SamTune.Imaging;

namespace SamTune.Data.Manifests;

/// <summary>A manifest as text: JSON lines in UTF-8, the header first; empty lines are skipped.</summary>
internal static class ManifestFile
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>One line for a record.</summary>
    public static string Line<T>(T record)
        where T : ManifestRecord => JsonSerializer.Serialize(record, s_json);

    /// <summary>Reads and checks every line.</summary>
    /// <exception cref="InputException">The file is missing, too large, no manifest, or a line is not as described; the message names the
    /// line.</exception>
    public static (ManifestHeader Header, List<(int Line, ManifestSample Sample)> Samples) Read(string path, long maximumBytes)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            if (stream.Length > maximumBytes)
            {
                throw new InputException(
                    $"{path}: {stream.Length} bytes; at most {maximumBytes} are read: split the manifest or raise the limit.");
            }

            using var reader = new StreamReader(stream);
            ManifestHeader? header = null;
            var samples = new List<(int, ManifestSample)>();
            int number = 0;
            while (reader.ReadLine() is { } line)
            {
                number++;
                if (string.IsNullOrWhiteSpace(line))
                    continue;
                if (header == null)
                    header = ParseHeader(path, number, line);
                else
                    samples.Add((number, ParseSample(path, number, line, header)));
            }

            return header != null ? (header, samples) : throw new InputException(
                $"{path}: the file is empty; a header such as "
                    + "{\"samtune_manifest\": 1, \"name\": \"...\", \"classes\": {...}} is needed.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be opened ({exception.Message.ReplaceLineEndings(" ")}); check the path.", exception);
        }
    }

    private static ManifestHeader ParseHeader(string path, int number, string line)
    {
        ManifestHeader header = Parse<ManifestHeader>(path, number, line);
        if (header.Version != ManifestHeader.CurrentVersion)
        {
            throw new InputException(
                $"{path}: line {number}: manifest version {header.Version}; this program reads version {ManifestHeader.CurrentVersion}: "
                    + "update it, or write the manifest anew.");
        }

        RefuseUnknown(path, number, header, "samtune_manifest, name, classes, preprocessing");
        if (header.Name is null || header.Classes is null || header.Classes.Any(c => string.IsNullOrEmpty(c.Value) || c.Key < 0))
            throw new InputException($"{path}: line {number}: 'name' and 'classes' (a name for each id from 0 up) are needed; add them.");
        return header;
    }

    private static ManifestSample ParseSample(string path, int number, string line, ManifestHeader header)
    {
        ManifestSample sample = Parse<ManifestSample>(path, number, line);
        RefuseUnknown(path, number, sample, "id, image, prepared, group, split, spacing_mm, objects");
        if (string.IsNullOrEmpty(sample.Id) || sample.Objects is null || sample.Objects.Contains(null!))
        {
            throw new InputException(
                $"{path}: line {number}: 'id' is empty or 'objects' holds null; a name and a list of objects are needed.");
        }

        if (sample.SpacingMm is { } spacing && !(spacing.Length == 2 && spacing.All(s => s > 0 && double.IsFinite(s))))
        {
            throw new InputException(
                $"{path}: line {number}: 'spacing_mm' is [{string.Join(", ", spacing)}]; two positive numbers are needed: from row to "
                    + "row and from column to column.");
        }

        foreach (ManifestObject entry in sample.Objects)
        {
            RefuseUnknown(path, number, entry, "class, mask, labels, value, rle");
            if (entry.Rle != null)
                RefuseUnknown(path, number, entry.Rle, "size, counts");
            if (!header.Classes.ContainsKey(entry.Class))
            {
                throw new InputException(
                    $"{path}: line {number}: class {entry.Class} is none of the header's {string.Join(", ", header.Classes.Keys)}; add "
                        + "it there.");
            }

            if (new object?[] { entry.Mask, entry.Labels, entry.Rle }.Count(s => s != null) != 1
                || (entry.Labels == null) != (entry.Value == null))
            {
                throw new InputException(
                    $"{path}: line {number}: an object has exactly one of 'mask', 'labels' with 'value', or 'rle'; mend it.");
            }

            if (entry.Rle is { } rle && (rle.Size is not [_, _] || rle.Counts is null))
                throw new InputException($"{path}: line {number}: 'rle' needs 'size' [height, width] and 'counts'; mend it.");
        }

        return sample;
    }

    private static T Parse<T>(string path, int number, string line)
        where T : ManifestRecord
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, s_json)
                ?? throw new InputException($"{path}: line {number}: null; an object is needed.");
        }
        catch (JsonException exception)
        {
            string what = typeof(T) == typeof(ManifestHeader)
                ? "the header is {\"samtune_manifest\": 1, \"name\": ..., \"classes\": {...}}"
                : "a picture is {\"id\": ..., \"image\": ..., \"objects\": [...]}";
            throw new InputException(
                $"{path}: line {number}: {exception.Message.ReplaceLineEndings(" ").TrimEnd('.')}; {what}.",
                exception);
        }
    }

    private static void RefuseUnknown(string path, int number, ManifestRecord record, string known)
    {
        if (record.Unknown is { Count: > 0 } unknown)
        {
            throw new InputException(
                $"{path}: line {number}: unknown key '{unknown.Keys.First()}'; known here are {known}: correct or remove it.");
        }
    }
}
