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
/// The written recipe from file to model input, saved with every artifact: what was trained on one recipe must be used with the same. All
/// mappings are linear from a lower to an upper value onto 0..255, clipped; they differ in where the two values come from. Statistics are
/// taken over one picture, or for a slice over its whole volume, all channels together.
/// </summary>
public sealed record PreprocessingSpec
{
    /// <summary>The version that this code writes.</summary>
    public const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
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
        return spec;
    }

    /// <summary>The recipe as JSON; <see cref="FromJson"/> gives it back.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Checks all values together.</summary>
    /// <param name="source">File or place the recipe came from, for messages.</param>
    /// <exception cref="InputException">A value is out of its range or one is missing.</exception>
    public void Validate(string source)
    {
        if (Version != CurrentVersion)
        {
            throw new InputException(
                $"{source}: preprocessing version is {Version}; this program reads version {CurrentVersion}: update it, or "
                    + "write the recipe anew.");
        }

        if (!Enum.IsDefined(Mapping) || !Enum.IsDefined(Region))
        {
            throw new InputException(
                $"{source}: preprocessing mapping {Mapping} or region {Region} is unknown; choose one of "
                    + $"{string.Join(", ", Enum.GetNames<IntensityMapping>())}.");
        }

        if (!(LowPercentile >= 0 && LowPercentile < HighPercentile && HighPercentile <= 100))
        {
            throw new InputException(
                $"{source}: preprocessing percentiles are {LowPercentile} and {HighPercentile}; 0 <= low < high <= 100 is "
                    + "needed, such as 0.5 and 99.5.");
        }

        if (!(Deviations > 0 && double.IsFinite(Deviations)))
            throw new InputException($"{source}: preprocessing deviations is {Deviations}; a positive number is needed, such as 3.");
        bool hasWindow = WindowLow is double low && WindowHigh is double high
            && double.IsFinite(low) && double.IsFinite(high) && low < high;
        if (Mapping == IntensityMapping.Window && !hasWindow)
        {
            throw new InputException(
                $"{source}: preprocessing window is {WindowLow?.ToString() ?? "nothing"} to "
                    + $"{WindowHigh?.ToString() ?? "nothing"}; windowLow < windowHigh are needed, such as -160 and 240 for CT of the "
                    + "abdomen.");
        }
    }
}
