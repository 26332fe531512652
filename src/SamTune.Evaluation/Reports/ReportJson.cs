using System.Text.Json;
using System.Text.Json.Serialization;
using SamTune.Imaging;

namespace SamTune.Evaluation.Reports;

/// <summary>
/// An evaluation report as indented JSON with snake_case keys. Means are finite by construction (see <see cref="MetricSummary"/>); what
/// does not exist is null. Should another number not be finite it is the string "NaN", "Infinity" or "-Infinity". Unknown keys are errors.
/// </summary>
public static class ReportJson
{
    private const long LargestFile = 64L << 20;

    /// <summary>How every report is written.</summary>
    internal static JsonSerializerOptions Options { get; } = CreateOptions();

    /// <summary>Writes the report.</summary>
    /// <param name="path">File to create or replace, atomically.</param>
    /// <param name="report">The report.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, EvaluationReport report) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, report, Options));

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="path">The file, at most 64 MiB.</param>
    /// <exception cref="InputException">The file is missing, too large, or not such a report.</exception>
    public static EvaluationReport Read(string path) => Read<EvaluationReport>(path, "pass a report.json that evaluate wrote");

    /// <summary>Reads a report of any kind.</summary>
    /// <param name="path">The file, at most 64 MiB.</param>
    /// <param name="remedy">What to do when it is none.</param>
    /// <exception cref="InputException">The file is missing, too large, or not such a report.</exception>
    internal static T Read<T>(string path, string remedy)
        where T : class
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length > LargestFile)
            {
                throw new InputException($"{path}: {stream.Length} bytes, a report has at most {LargestFile}; {remedy}.");
            }

            return JsonSerializer.Deserialize<T>(stream, Options) ?? throw new InputException($"{path}: found null, needed a report; {remedy}.");
        }
        catch (JsonException exception)
        {
            throw new InputException(
                $"{path}: '{exception.Path ?? "$"}' (line {(exception.LineNumber ?? 0) + 1}) is not what a report holds there; {remedy}.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({exception.Message.ReplaceLineEndings(" ")}); {remedy}.", exception);
        }
    }

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions
        {
            WriteIndented = true,
            NewLine = "\n",
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
