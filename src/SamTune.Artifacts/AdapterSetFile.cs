using System.Text.Json;
using System.Text.Json.Serialization;
using SamTune.Adaptation.Domains;
using SamTune.Checkpoints;
using SamTune.Imaging;
using SamTune.Modeling;
using AtomicFile = SamTune.Checkpoints.AtomicFile;

namespace SamTune.Artifacts;

/// <summary>The file that says which domains there are: for each its artifact, and what a router needs to recognise it.</summary>
public sealed record AdapterSetFile
{
    /// <summary>The version this program writes; it reads no later one.</summary>
    public const int CurrentFormatVersion = 1;

    // A thousand prototypes of the largest model.
    private const long LongestFile = 64 << 20;

    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
    };

    /// <summary>Version of the format.</summary>
    public int FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>The domains by name.</summary>
    public required IReadOnlyDictionary<string, DomainEntry> Domains { get; init; }

    /// <summary>Reads a file. Unknown keys are refused, as are later format versions; artifacts are not opened.</summary>
    /// <param name="path">The file, such as "domains.json".</param>
    /// <exception cref="InputException">The file is missing or cannot be used.</exception>
    public static AdapterSetFile Read(string path)
    {
        string name = Path.GetFileName(path);
        FileInfo info = new(path);
        if (!info.Exists)
        {
            throw new InputException($"{path}: there is no such adapter-set file; check the path.");
        }

        if (info.Length > LongestFile)
        {
            throw new InputException($"{name}: has {info.Length} bytes; an adapter-set file has at most {LongestFile}. Is it another kind of file?");
        }

        try
        {
            string json = File.ReadAllText(path);
            CheckVersion(json, name);
            AdapterSetFile file = JsonSerializer.Deserialize<AdapterSetFile>(json, s_options) ?? throw new JsonException("it is null");
            file.Validate();
            return file;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException or InvalidOperationException or FormatException)
        {
            throw new InputException($"{name}: cannot be used as an adapter-set file ({ArtifactManifest.OneLine(exception.Message)}); mend the place, or write the file again.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({ArtifactManifest.OneLine(exception.Message)}); check its permissions.", exception);
        }
    }

    /// <summary>Writes the file.</summary>
    /// <param name="path">The file to write; an existing one is replaced at the end.</param>
    /// <exception cref="ArgumentException">An entry is out of range.</exception>
    /// <exception cref="InputException">A name is none for a domain.</exception>
    /// <exception cref="CheckpointException">The file cannot be written; nothing appears under its name.</exception>
    public void Write(string path)
    {
        Validate();
        AtomicFile.WriteText(path, JsonSerializer.Serialize(this, s_options) + "\n");
    }

    /// <summary>Where a domain's artifact is.</summary>
    /// <param name="path">This file.</param>
    /// <param name="domain">A domain of it.</param>
    /// <exception cref="InputException">There is no such domain.</exception>
    public string ArtifactPath(string path, string domain) => Domains.TryGetValue(domain, out DomainEntry? entry)
        ? Path.Combine(Path.GetDirectoryName(path) ?? "", entry.Artifact)
        : throw new InputException($"{Path.GetFileName(path)}: has no domain '{ArtifactManifest.OneLine(domain)}'; it has {string.Join(", ", Domains.Keys.Order(StringComparer.Ordinal))}.");

    /// <summary>Loads the artifacts of all domains onto their base.</summary>
    /// <param name="path">This file.</param>
    /// <param name="model">The base; its weights stay untouched.</param>
    /// <param name="baseFingerprint">The base's SHA-256 fingerprint.</param>
    /// <param name="baseName">The base's name, for messages.</param>
    /// <returns>The set; the caller disposes it.</returns>
    /// <exception cref="InputException">An artifact belongs to another base or input side, is of full fine-tuning, or does not fit its manifest.</exception>
    /// <exception cref="CheckpointException">An artifact is missing or damaged.</exception>
    public AdapterSet Load(string path, Sam model, string baseFingerprint, string baseName)
    {
        var set = new AdapterSet(model);
        try
        {
            foreach (string domain in Domains.Keys.Order(StringComparer.Ordinal))
            {
                set.AddArtifact(domain, ArtifactPath(path, domain), baseFingerprint, baseName);
            }

            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    private void Validate()
    {
        foreach ((string domain, DomainEntry entry) in Domains)
        {
            AdapterSet.CheckName(domain);
            try
            {
                if (entry is null)
                {
                    throw new ArgumentException("it is null; an artifact is needed");
                }

                entry.Validate();
            }
            catch (ArgumentException exception)
            {
                throw new ArgumentException($"domain '{domain}': {exception.Message}", exception);
            }
        }
    }

    // The version comes first: a later format may have keys that this program would call unknown.
    private static void CheckVersion(string json, string name)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        int version = document.RootElement.TryGetProperty("format_version", out JsonElement value) ? value.GetInt32() : CurrentFormatVersion;
        if (version is < 1 or > CurrentFormatVersion)
        {
            throw new InputException($"{name}: has format_version {version}; this program reads 1 to {CurrentFormatVersion}: use a newer version of it.");
        }
    }
}
