using System.Text.Json;
using System.Text.Json.Serialization;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;

namespace SamTune.Data.Datasets;

/// <summary>One task of a <see cref="TaskFile"/>: a volume, the labels to find in it and which slices are for what.</summary>
public sealed record SegmentationTask
{
    /// <summary>Unique name.</summary>
    public required string Name { get; init; }

    /// <summary>Image file, relative to the task file.</summary>
    public required string Image { get; init; }

    /// <summary>Label file, relative to the task file.</summary>
    public required string Labels { get; init; }

    /// <summary>Label values that are objects. One class together, unless the task's name ends in "_multiclass".</summary>
    public required IReadOnlyList<int> LabelValues { get; init; }

    /// <summary>Axis that slices go across, as stored: 0, 1 or 2.</summary>
    public required int SliceAxis { get; init; }

    /// <summary>Voxels along the two other axes, in stored order.</summary>
    public required IReadOnlyList<int> InPlaneShape { get; init; }

    /// <summary>Slices with fewer pixels of the labels are left out.</summary>
    [JsonPropertyName("min_mask_px")]
    public required int MinimumMaskPixels { get; init; }

    /// <summary>Slice ranges [first, last], both included, by "train", "val" and "test"; empty where a task has none.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyList<int>>> Splits { get; init; }

    /// <summary>Whether each label value is a class of its own.</summary>
    [JsonIgnore]
    public bool IsMulticlass => Name.EndsWith("_multiclass", StringComparison.Ordinal);
}

/// <summary>A file that describes tasks on volumes beside it, such as data/mri/tasks.json.</summary>
public sealed class TaskFile
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly string _path;
    private readonly Content _content;

    private TaskFile(string path, Content content)
    {
        _path = path;
        _content = content;
    }

    /// <summary>The tasks, in the file's order.</summary>
    public IReadOnlyList<SegmentationTask> Tasks => _content.Tasks;

    /// <summary>The recipe that suits the volumes where none is asked for: that of CT where the file's units are HU, else <see cref="PreprocessingSpec.Mri"/>.</summary>
    public PreprocessingSpec Preprocessing => _content.Units == "HU" ? DomainProfile.Find("ct")!.Spec : PreprocessingSpec.Mri;

    /// <summary>Reads a task file.</summary>
    /// <param name="path">tasks.json.</param>
    /// <exception cref="InputException">The file is missing or not as described.</exception>
    public static TaskFile Read(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            Content content = JsonSerializer.Deserialize<Content>(stream, Json) ?? throw new InputException(
                $"{path}: the file holds null; an object with 'tasks' is needed.");
            foreach (SegmentationTask task in content.Tasks)
            {
                Validate(path, task);
                _ = content.NamesOf(task.Labels.Split('.')[0]);
            }

            return new TaskFile(path, content);
        }
        catch (JsonException exception)
        {
            throw new InputException(
                $"{path}: at '{exception.Path}': {exception.Message.ReplaceLineEndings(" ")} Compare with "
                    + "data/mri/tasks.json.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be opened ({exception.Message.ReplaceLineEndings(" ")}); check the path.", exception);
        }
    }

    /// <summary>Opens one part of a task.</summary>
    /// <param name="name">The task's name.</param>
    /// <param name="split">"train", "val" or "test".</param>
    /// <param name="preprocessing">How values become 8-bit grey; <see cref="Preprocessing"/> when null.</param>
    /// <param name="objects">How masks become objects; one a class and slice when null.</param>
    /// <param name="timePoint">As <see cref="NiftiSliceOptions.TimePoint"/>.</param>
    /// <exception cref="InputException">No such task or part, the part is empty, or a volume cannot be read.</exception>
    public NiftiSliceDataset Open(string name, string split, PreprocessingSpec? preprocessing = null, ObjectOptions? objects = null, int? timePoint = null)
    {
        SegmentationTask task = Tasks.FirstOrDefault(t => t.Name == name)
            ?? throw new InputException($"{_path}: no task '{name}'; there are {string.Join(", ", Tasks.Select(t => t.Name))}.");
        if (!task.Splits.TryGetValue(split, out IReadOnlyList<IReadOnlyList<int>>? ranges) || ranges.Count == 0)
        {
            IEnumerable<string> filled = task.Splits.Where(s => s.Value.Count > 0).Select(s => s.Key);
            throw new InputException($"{_path}: task '{name}' has no slices for '{split}'; it has {string.Join(", ", filled)}.");
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(_path))!;
        var options = new NiftiSliceOptions
        {
            Name = $"{name}/{split}",
            Axis = task.SliceAxis.ToString(),
            LabelValues = task.LabelValues,
            MergeLabels = !task.IsMulticlass,
            ClassNames = ClassNames(task),
            Slices = [.. ranges.Select(r => new SliceRange(r[0], r[1]))],
            MinimumMaskPixels = task.MinimumMaskPixels,
            Objects = objects ?? new ObjectOptions(),
            Preprocessing = preprocessing ?? Preprocessing,
            TimePoint = timePoint,
        };
        return NiftiSliceDataset.Open(Path.Combine(folder, task.Image), Path.Combine(folder, task.Labels), options);
    }

    private static void Validate(string path, SegmentationTask task)
    {
        if (task.SliceAxis is < 0 or > 2)
            throw new InputException($"{path}: task '{task.Name}' has slice_axis {task.SliceAxis}; 0, 1 or 2 is needed.");
        if (task.Splits.Values.SelectMany(ranges => ranges).Any(r => r.Count != 2))
            throw new InputException($"{path}: task '{task.Name}' has a slice range that is no [first, last] pair.");
    }

    private Dictionary<int, string> ClassNames(SegmentationTask task)
    {
        string labels = task.Labels.Split('.')[0];
        Dictionary<int, string> names = _content.NamesOf(labels);
        IEnumerable<string> used = task.LabelValues.Select(v => names.GetValueOrDefault(v, $"label {v}"));
        return task.IsMulticlass ? names : new Dictionary<int, string> { [1] = string.Join(" + ", used) };
    }

    private sealed record Content
    {
        /// <summary>"HU" where the volumes are in Hounsfield units.</summary>
        public string? Units { get; init; }

        /// <summary>The value of each name, or by label file: the value of each name.</summary>
        public Dictionary<string, JsonElement>? LabelValues { get; init; }

        public required IReadOnlyList<SegmentationTask> Tasks { get; init; }

        public Dictionary<int, string> NamesOf(string labels)
        {
            var names = new Dictionary<int, string>();
            foreach ((string name, JsonElement value) in LabelValues ?? [])
            {
                IEnumerable<(string Name, JsonElement Value)> values = value.ValueKind != JsonValueKind.Object ? [(name, value)]
                    : name == labels ? value.EnumerateObject().Select(p => (p.Name, p.Value)) : [];
                foreach ((string each, JsonElement number) in values)
                {
                    if (number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out int label))
                        names[label] = each;
                    else
                        throw new JsonException($"label_values: '{each}' is {number.GetRawText()}; a whole number is needed.");
                }
            }

            return names;
        }
    }
}
