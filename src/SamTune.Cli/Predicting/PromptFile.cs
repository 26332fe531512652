using System.Text.Json;
using System.Text.Json.Serialization;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Inference.Volumes;

namespace SamTune.Cli.Predicting;

/// <summary>
/// Prompts from a JSON file: a list of objects, each with a <c>box</c> [x0, y0, x1, y1] and, on a scene, <c>points</c> [[x, y, 1], ...], on a volume the
/// <c>slice</c> and a <c>label</c>. A box alone may stand as its four numbers.
/// </summary>
internal static class PromptFile
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    /// <summary>Prompts on a scene.</summary>
    /// <exception cref="InputException">The file cannot be read or is none.</exception>
    public static PromptSet[] ReadPrompts(string path) => [.. Read(path).Select((item, i) =>
    {
        string place = $"{path}: prompt {i}";
        return item.Slice != null || item.Label != null
            ? throw new InputException($"{place} has a slice or a label; those are for volumes, leave them out.")
            : new PromptSet { Box = item.Box is { } box ? PromptText.Box(box, place) : null, Points = [.. (item.Points ?? []).Select(p => Point(p, place))] };
    })];

    /// <summary>Keyframes of a volume; the label is 1 where none is given.</summary>
    /// <exception cref="InputException">The file cannot be read or is none.</exception>
    public static VolumeKeyframe[] ReadKeyframes(string path) => [.. Read(path).Select((item, i) =>
    {
        string place = $"{path}: keyframe {i}";
        return item.Slice is { } slice && item.Box is { } box && item.Points == null
            ? new VolumeKeyframe(item.Label ?? 1, slice, PromptText.Box(box, place))
            : throw new InputException($"{place} needs a slice and a box, and nothing but a label beside them.");
    })];

    private static List<Item> Read(string path)
    {
        try
        {
            List<Item> items = [];
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            if (document.RootElement.ValueKind != JsonValueKind.Array)
            {
                throw new InputException($"{path}: found {document.RootElement.ValueKind}; a list of prompts such as [[10, 20, 80, 90]] is needed.");
            }

            foreach (JsonElement element in document.RootElement.EnumerateArray())
            {
                Item? item = element.ValueKind == JsonValueKind.Array ? new Item(element.Deserialize<float[]>(s_options), null, null, null) : element.Deserialize<Item>(s_options);
                items.Add(item is { Box: not null } or { Points.Length: > 0 } ? item : throw new InputException($"{path}: prompt {items.Count} has neither a box nor points."));
            }

            return items.Count > 0 ? items : throw new InputException($"{path}: the list is empty; a prompt at least is needed.");
        }
        catch (JsonException exception)
        {
            throw new InputException($"{path}: at '{exception.Path ?? "$"}' (line {(exception.LineNumber ?? 0) + 1}) is no prompt; write a list such as [{{\"box\": [10, 20, 80, 90]}}].", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({exception.Message.TrimEnd('.')}); check the path.", exception);
        }
    }

    private static PointPrompt Point(float[] n, string place) => n.Length == 3 && n[2] is 0 or 1 && n.All(float.IsFinite)
        ? new PointPrompt(n[0], n[1], n[2] == 1)
        : throw new InputException($"{place} has a point that is none; write [x, y, 1] on the object or [x, y, 0] beside it.");

    private sealed record Item(float[]? Box, float[][]? Points, int? Slice, int? Label);
}
