using System.Text.Json;
using SamTune.Evaluation.Reports;
using SamTune.Imaging;

namespace SamTune.Evaluation.Comparison;

/// <summary>A comparison as indented JSON with snake_case keys.</summary>
public static class ComparisonJson
{
    /// <summary>The report as text.</summary>
    /// <param name="report">The report.</param>
    public static string Render(ComparisonReport report) => JsonSerializer.Serialize(report, ReportJson.Options);

    /// <summary>Writes the report.</summary>
    /// <param name="path">File to create or replace, atomically.</param>
    /// <param name="report">The report.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, ComparisonReport report) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, report, ReportJson.Options));

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="path">The file, at most 64 MiB.</param>
    /// <exception cref="InputException">The file is missing, too large, or not such a report.</exception>
    public static ComparisonReport Read(string path) => ReportJson.Read<ComparisonReport>(path, "pass a report.json that quickstart wrote");
}
