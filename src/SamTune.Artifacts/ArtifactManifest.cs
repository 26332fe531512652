using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using SamTune.Adaptation;
using SamTune.Imaging;

namespace SamTune.Artifacts;

/// <summary>What an artifact says about itself: everything that is needed to use it again, and where it came from.</summary>
public sealed record ArtifactManifest
{
    /// <summary>The version this program writes; it reads no later one.</summary>
    public const int CurrentFormatVersion = 1;

    // A manifest is a page of text; far more is no manifest.
    private const int LongestJson = 16 << 20;

    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        AllowOutOfOrderMetadataProperties = true,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutDerivedProperties } },
    };

    /// <summary>Version of the manifest's format.</summary>
    public int FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>The fine-tuning method with its settings.</summary>
    public required MethodConfig Method { get; init; }

    /// <summary>Name of the base model, such as vit_b.</summary>
    public required string BaseName { get; init; }

    /// <summary>SHA-256 fingerprint of the base model's weights, 64 hexadecimal digits.</summary>
    public required string BaseSha256 { get; init; }

    /// <summary>S, the side of the model's square input in training, in pixels.</summary>
    public required int InputSide { get; init; }

    /// <summary>How pictures of the domain become RGB; null when they are RGB already.</summary>
    public JsonElement? Preprocessing { get; init; }

    /// <summary>What it was trained on.</summary>
    public DatasetSummary? Dataset { get; init; }

    /// <summary>Results by name, such as "validation.dice"; not a number where a metric is undefined.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Number of trained values.</summary>
    public long TrainedParameters { get; init; }

    /// <summary>Version of the program that wrote the artifact.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>The manifest as indented JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_options);

    /// <summary>Reads a manifest. Unknown keys are refused, as are later format versions.</summary>
    /// <param name="json">The text.</param>
    /// <param name="fileName">The file it comes from, for messages.</param>
    /// <exception cref="InputException">The text is no manifest that this program can use.</exception>
    public static ArtifactManifest FromJson(string json, string fileName)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json.Length > LongestJson)
        {
            throw new InputException($"{fileName}: the manifest has {json.Length} characters; at most {LongestJson} are read; the file is damaged or no artifact.");
        }

        try
        {
            CheckVersion(json, fileName);
            ArtifactManifest manifest = JsonSerializer.Deserialize<ArtifactManifest>(json, s_options) ?? throw new JsonException("it is null");
            manifest.Validate();
            return manifest;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException or InvalidOperationException or FormatException)
        {
            throw new InputException($"{fileName}: the manifest cannot be used ({OneLine(exception.Message)}); the file is damaged or no artifact: train or download it again.", exception);
        }
    }

    internal void Validate()
    {
        Method.Validate();
        if (BaseSha256.Length != 64 || !BaseSha256.All(char.IsAsciiHexDigit))
        {
            throw new ArgumentException("base_sha256 is not 64 hexadecimal digits");
        }

        if (InputSide < 1)
        {
            throw new ArgumentException($"input_side is {InputSide}; it must be at least 1");
        }
    }

    // The version comes first: a later format may have keys that this program would call unknown.
    private static void CheckVersion(string json, string fileName)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        int version = document.RootElement.TryGetProperty("format_version", out JsonElement value) ? value.GetInt32() : 0;
        if (version is < 1 or > CurrentFormatVersion)
        {
            throw new InputException($"{fileName}: the manifest has format_version {version}; this program reads 1 to {CurrentFormatVersion}: use a newer version of it.");
        }
    }

    internal static string OneLine(string text) => new([.. text.TrimEnd('.').Select(c => char.IsControl(c) ? ' ' : c)]);

    // The JsonIgnore of an abstract property does not reach its overrides, and the override "method" would clash with the discriminator of that name.
    private static void LeaveOutDerivedProperties(JsonTypeInfo type)
    {
        if (type.Type.IsAssignableTo(typeof(MethodConfig)))
        {
            foreach (JsonPropertyInfo property in type.Properties.Where(p => p.Set is null).ToArray())
            {
                type.Properties.Remove(property);
            }
        }
    }
}
