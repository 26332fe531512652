using System.Text.Json;
using System.Text.Json.Serialization;
using SamTune.Checkpoints.Formats;

namespace SamTune.Checkpoints.Registry;

/// <summary>The models that can be downloaded by name: those of <c>registry.json</c> in this library, and a user's own.</summary>
public sealed class ModelRegistry
{
    /// <summary>The name of the small model that comes with the program; no entry may have it.</summary>
    public const string BundledName = "sam_tiny";

    private const int FormatVersion = 1;
    private const long LargestFile = 4 << 20;

    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    private readonly Dictionary<string, RegistryEntry> byName = new(StringComparer.Ordinal);

    private ModelRegistry(IEnumerable<(RegistryEntry Entry, string Registry)> entries)
    {
        HashSet<string> files = new(StringComparer.OrdinalIgnoreCase);
        foreach ((RegistryEntry entry, string registry) in entries)
        {
            entry.Validate(registry);
            foreach (string name in entry.Names)
            {
                if (name == BundledName || !byName.TryAdd(name, entry))
                {
                    throw new CheckpointException($"{Printable.Escape(registry)}: the name '{name}' is taken already; give the model another name.");
                }
            }

            if (!files.Add(entry.FileName))
            {
                throw new CheckpointException($"{Printable.Escape(registry)}: the file name '{entry.FileName}' of the model '{entry.Name}' is taken already; choose another file_name.");
            }
        }

        Entries = [.. byName.Values.Distinct()];
    }

    /// <summary>All models, in the order of the files.</summary>
    public IReadOnlyList<RegistryEntry> Entries { get; }

    /// <summary>The models that this library knows, and those of a user's file.</summary>
    /// <param name="userFile">A file in the form of <c>registry.json</c>; null for none.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="CheckpointException">The file cannot be read, or an entry cannot be used or takes a name that exists.</exception>
    public static ModelRegistry Load(string? userFile = null)
    {
        const string BuiltIn = "registry.json";
        using Stream stream = typeof(ModelRegistry).Assembly.GetManifestResourceStream(typeof(ModelRegistry), BuiltIn)!;
        IEnumerable<(RegistryEntry, string)> entries = Parse(stream, BuiltIn).Select(entry => (entry, BuiltIn));
        return new ModelRegistry(userFile == null ? entries : entries.Concat(ReadFile(userFile).Select(entry => (entry, userFile))));
    }

    /// <summary>Looks a model up.</summary>
    /// <param name="name">Its name or an alias.</param>
    /// <returns>The model, or null.</returns>
    public RegistryEntry? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Looks a model up.</summary>
    /// <param name="name">Its name or an alias.</param>
    /// <returns>The model.</returns>
    /// <exception cref="CheckpointException">There is none; the message names those that exist.</exception>
    public RegistryEntry Get(string name) =>
        Find(name) ?? throw new CheckpointException($"{Printable.Quote(name)}: is no model of the registry; choose {string.Join(", ", Entries.Select(e => e.Name))}.");

    private static RegistryEntry[] ReadFile(string path)
    {
        string label = Printable.Escape(path);
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return stream.Length <= LargestFile
                ? Parse(stream, path)
                : throw new CheckpointException($"{label}: has {stream.Length} bytes, a registry at most {LargestFile}; name a JSON file in the form of registry.json.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{label}: cannot be read ({Printable.Escape(exception.Message.TrimEnd('.'))}); name a registry file that exists.", exception);
        }
    }

    private static RegistryEntry[] Parse(Stream stream, string path)
    {
        try
        {
            Document document = JsonSerializer.Deserialize<Document>(stream, s_options) ?? throw new JsonException("it is null");
            if (document.Models.Any(model => model is null || model.Urls.Contains(null!) || model.Aliases.Contains(null!)))
            {
                throw new JsonException("a list holds null");
            }

            return document.FormatVersion == FormatVersion
                ? document.Models
                : throw new CheckpointException($"{Printable.Escape(path)}: has format_version {document.FormatVersion}; this program reads {FormatVersion}.");
        }
        catch (JsonException exception)
        {
            throw new CheckpointException($"{Printable.Escape(path)}: is no registry of models ({Printable.Escape(exception.Message.TrimEnd('.'))}); mend it in the form of registry.json.", exception);
        }
    }

    private sealed record Document
    {
        public required int FormatVersion { get; init; }

        public required RegistryEntry[] Models { get; init; }
    }
}
