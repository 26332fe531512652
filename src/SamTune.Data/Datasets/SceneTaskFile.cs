using System.Text.Json;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;

namespace SamTune.Data.Datasets;

/// <summary>A file that describes tasks on one scene beside it: its bands and resolution, a mask for each task, and tiles for each part.</summary>
public sealed class SceneTaskFile
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private readonly string _path;
    private readonly Content _content;

    private SceneTaskFile(string path, Content content)
    {
        _path = path;
        _content = content;
    }

    /// <summary>Names of the tasks, in the file's order.</summary>
    public IReadOnlyList<string> Tasks => [.. _content.Tasks.Keys];

    /// <summary>Names of the scene's bands in their order; empty where they are left to the scene's file.</summary>
    public IReadOnlyList<string> BandNames => _content.Bands ?? [];

    /// <summary>The scene's file.</summary>
    public string ImagePath => Beside(_content.Image);

    /// <summary>Metres a pixel of the scene; null where the file does not say it.</summary>
    public double? MetresPerPixel => _content.PixelM;

    /// <summary>Whether a tasks.json describes a scene (its tasks are an object) rather than volumes (a list).</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It cannot be read or is no JSON.</exception>
    public static bool IsOne(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("tasks", out JsonElement tasks) && tasks.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException exception)
        {
            throw new InputException($"{path}: is no JSON ({exception.Message.ReplaceLineEndings(" ")}); compare with data/mri/tasks.json.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be opened ({exception.Message.ReplaceLineEndings(" ")}); check the path.", exception);
        }
    }

    /// <summary>Reads the file.</summary>
    /// <param name="path">tasks.json.</param>
    /// <exception cref="InputException">The file is missing or not as described.</exception>
    public static SceneTaskFile Read(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            Content content = JsonSerializer.Deserialize<Content>(stream, Json) ?? throw new InputException($"{path}: the file holds null; an object with 'tasks' is needed.");
            RequireContent(path, content);
            (string Split, Tile Tile)? bad = content.Tiles.SelectMany(t => t.Value.Select(tile => ((string, Tile)?)(t.Key, tile))).FirstOrDefault(t => t!.Value.Item2 is { Row: < 0 } or { Col: < 0 } or { Size: < 1 });
            return bad == null ? new SceneTaskFile(path, content) : throw new InputException(
                $"{path}: a tile of '{bad.Value.Split}' is row {bad.Value.Tile.Row}, col {bad.Value.Tile.Col}, size {bad.Value.Tile.Size}; row and col from 0 and a size from 1 are needed.");
        }
        catch (JsonException exception)
        {
            throw new InputException($"{path}: at '{exception.Path}': {exception.Message.ReplaceLineEndings(" ")} image, tasks with their masks, and tiles are needed.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be opened ({exception.Message.ReplaceLineEndings(" ")}); check the path.", exception);
        }
    }

    /// <summary>The parts that have tiles.</summary>
    public IReadOnlyList<string> Splits => [.. _content.Tiles.Where(t => t.Value.Count > 0).Select(t => t.Key)];

    /// <summary>The file of a task's mask.</summary>
    /// <param name="task">The task's name.</param>
    public string MaskPath(string task) => Beside(_content.Tasks[task].Mask);

    /// <summary>Opens the tiles of one part of a task.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="split">"train", "val" or "test".</param>
    /// <param name="preprocessing">How bands become colours; the satellite profile when null.</param>
    /// <exception cref="InputException">There is no such task or part.</exception>
    public SceneTileDataset Open(string task, string split, PreprocessingSpec? preprocessing = null)
    {
        if (!_content.Tasks.ContainsKey(task))
            throw new InputException($"{_path}: no task '{task}'; there are {string.Join(", ", Tasks)}.");
        if (!_content.Tiles.TryGetValue(split, out IReadOnlyList<Tile>? tiles) || tiles.Count == 0)
            throw new InputException($"{_path}: no tiles for '{split}'; there are some for {string.Join(", ", Splits)}.");
        return new SceneTileDataset(
            $"{task}/{split}", ImagePath, MaskPath(task), task, _content.Bands ?? [], _content.PixelM,
            [.. tiles.Select(t => new SceneTile(t.Row, t.Col, t.Size))], preprocessing ?? DomainProfile.Find("satellite")!.Spec);
    }

    // Elements of lists and objects may be null whatever their type says.
    private static void RequireContent(string path, Content content)
    {
        if (content.Tasks.Any(t => t.Value is null))
            throw new InputException($"{path}: the task '{content.Tasks.First(t => t.Value is null).Key}' is null; an object with 'mask' is needed.");
        if (content.Tiles.Any(t => t.Value is null || t.Value.Contains(null!)))
            throw new InputException($"{path}: the tiles of '{content.Tiles.First(t => t.Value is null || t.Value.Contains(null!)).Key}' are or hold null; a list of row, col and size is needed.");
        if (content.PixelM is { } metres && !(metres > 0 && double.IsFinite(metres)))
            throw new InputException($"{path}: pixel_m is {metres}; metres a pixel above 0 are needed.");
        if (content.Bands is { } bands && bands.Contains(null!))
            throw new InputException($"{path}: bands hold null; a name for each band is needed.");
    }

    private string Beside(string file) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(_path))!, file);

    private sealed record Content
    {
        public required string Image { get; init; }

        public IReadOnlyList<string>? Bands { get; init; }

        /// <summary>Metres a pixel.</summary>
        public double? PixelM { get; init; }

        public required Dictionary<string, MaskFile> Tasks { get; init; }

        public required Dictionary<string, IReadOnlyList<Tile>> Tiles { get; init; }
    }

    private sealed record MaskFile(string Mask);

    private sealed record Tile(int Row, int Col, int Size);
}
