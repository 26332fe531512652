using System.Text.Json;
using System.Text.Json.Serialization;
using SamTune.Imaging;

namespace SamTune.Data.Preprocessing;

/// <summary>How measured samples become the 8 bits a channel that the model sees.</summary>
public enum IntensityMapping
{
    /// <summary>8-bit samples as they are.</summary>
    Rgb,

    /// <summary>Smallest to largest value.</summary>
    MinMax,

    /// <summary>A low to a high percentile.</summary>
    Percentile,

    /// <summary>Fixed values, such as a CT window in Hounsfield units.</summary>
    Window,

    /// <summary>Mean minus to mean plus some standard deviations.</summary>
    ZScore,
}

/// <summary>Which samples statistics are taken over.</summary>
public enum StatisticsRegion
{
    /// <summary>Samples above the smallest value: on MRI what is not the empty space around the head.</summary>
    Foreground,

    /// <summary>All samples.</summary>
    All,
}

/// <summary>
/// The written recipe from file to model input, saved with every artifact: what was trained on one recipe must be used with the same. Bands are
/// chosen and colours balanced first; then samples are mapped, and local contrast comes last. All mappings are linear from a lower to an upper value
/// onto 0..255, clipped; they differ in where the two values come from. Statistics are taken over one picture, or for a slice over its whole volume and
/// for a tile over its whole scene.
/// </summary>
public sealed record PreprocessingSpec
{
    /// <summary>The version that this code writes. It reads 1, which had no domain, channel windows, white balance, local contrast and scenes, as well.</summary>
    public const int CurrentVersion = 2;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        NewLine = "\n",
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>8-bit pictures as they are.</summary>
    public static PreprocessingSpec Rgb { get; } = new();

    /// <summary>
    /// Percentiles 0.5 to 99.5 of the foreground: what MedSAM uses for MRI (Ma et al. 2024, "Segment anything in medical images", methods).
    /// </summary>
    public static PreprocessingSpec Mri { get; } = new() { Mapping = IntensityMapping.Percentile };

    /// <summary>Version of this recipe's format.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Name of the profile that the recipe comes from (<see cref="Domains.DomainProfile"/>); null for none.</summary>
    public string? Domain { get; init; }

    /// <summary>Version of that profile.</summary>
    public int? DomainVersion { get; init; }

    /// <summary>Where the lower and upper value come from.</summary>
    public IntensityMapping Mapping { get; init; } = IntensityMapping.Rgb;

    /// <summary>Which samples statistics are taken over (percentile and z-score).</summary>
    public StatisticsRegion Region { get; init; } = StatisticsRegion.Foreground;

    /// <summary>Lower percentile, 0..100, below the upper one.</summary>
    public double LowPercentile { get; init; } = 0.5;

    /// <summary>Upper percentile, 0..100.</summary>
    public double HighPercentile { get; init; } = 99.5;

    /// <summary>Lower end of the window, in the file's unit; needed by <see cref="IntensityMapping.Window"/>.</summary>
    public double? WindowLow { get; init; }

    /// <summary>Upper end of the window, in the file's unit; needed by <see cref="IntensityMapping.Window"/>.</summary>
    public double? WindowHigh { get; init; }

    /// <summary>Three windows of a single channel as the three colours, instead of the one window; for <see cref="IntensityMapping.Window"/>.</summary>
    public ChannelWindows? ChannelWindows { get; init; }

    /// <summary>Statistics for each channel by itself, instead of all together.</summary>
    public bool PerChannel { get; init; }

    /// <summary>Whether colours are balanced first, so that the mean of each is the mean of all (Buchsbaum 1980, the grey-world assumption).</summary>
    public bool GreyWorld { get; init; }

    /// <summary>Local equalisation of the 8-bit picture; null for none.</summary>
    public LocalContrast? LocalContrast { get; init; }

    /// <summary>How the bands of a scene become colours; null for pictures that are colours already.</summary>
    public SceneSettings? Scene { get; init; }

    /// <summary>Standard deviations to either side of the mean that are kept (z-score).</summary>
    public double Deviations { get; init; } = 3;

    /// <summary>Reads a recipe.</summary>
    /// <param name="json">JSON object; unknown keys are errors.</param>
    /// <param name="source">File or place it came from, for messages.</param>
    /// <exception cref="InputException">The JSON is no valid recipe.</exception>
    public static PreprocessingSpec FromJson(string json, string source)
    {
        PreprocessingSpec? spec;
        try
        {
            spec = JsonSerializer.Deserialize<PreprocessingSpec>(json, Json);
        }
        catch (JsonException exception)
        {
            throw new InputException(
                $"{source}: preprocessing at '{exception.Path}' cannot be read "
                    + $"({exception.Message.ReplaceLineEndings(" ")}); compare with a freshly written one.", exception);
        }

        if (spec == null)
            throw new InputException($"{source}: preprocessing is null; an object such as {{\"mapping\": \"percentile\"}} is needed.");
        spec.Validate(source);
        return spec.InCurrentVersion();
    }

    /// <summary>The same recipe as the current version writes it: what an old file does not say has its default.</summary>
    public PreprocessingSpec InCurrentVersion() => this with { Version = CurrentVersion };

    /// <summary>The recipe as JSON; <see cref="FromJson"/> gives it back.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Whether another recipe makes the same picture of every file, whatever the two are called.</summary>
    /// <param name="other">The other recipe.</param>
    public bool MakesTheSameAs(PreprocessingSpec other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Unnamed(this) == Unnamed(other);
    }

    /// <summary>The recipe in a few words, such as "ct (window -160 to 240)".</summary>
    public override string ToString() => PreprocessingDescription.Of(this);

    /// <summary>Checks all values together.</summary>
    /// <param name="source">File or place the recipe came from, for messages.</param>
    /// <exception cref="InputException">A value is out of its range or one is missing.</exception>
    public void Validate(string source) => PreprocessingRules.Check(this, source);

    // What the mapping does not use makes no difference.
    private static PreprocessingSpec Unnamed(PreprocessingSpec spec) => spec with
    {
        Version = CurrentVersion,
        Domain = null,
        DomainVersion = null,
        Region = spec.Mapping is IntensityMapping.Percentile or IntensityMapping.ZScore ? spec.Region : StatisticsRegion.Foreground,
        LowPercentile = spec.Mapping == IntensityMapping.Percentile ? spec.LowPercentile : 0,
        HighPercentile = spec.Mapping == IntensityMapping.Percentile ? spec.HighPercentile : 0,
        WindowLow = spec.Mapping == IntensityMapping.Window && spec.ChannelWindows is null ? spec.WindowLow : null,
        WindowHigh = spec.Mapping == IntensityMapping.Window && spec.ChannelWindows is null ? spec.WindowHigh : null,
        ChannelWindows = spec.Mapping == IntensityMapping.Window ? spec.ChannelWindows : null,
        Deviations = spec.Mapping == IntensityMapping.ZScore ? spec.Deviations : 0,
    };
}
