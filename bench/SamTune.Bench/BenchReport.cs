using System.Text;

namespace SamTune.Bench;

/// <summary>What a bench found.</summary>
/// <param name="Title">What was measured.</param>
/// <param name="Setting">Model, sizes and counts, in words.</param>
/// <param name="Rows">The figures.</param>
internal sealed record BenchReport(string Title, string Setting, IReadOnlyList<BenchRow> Rows)
{
    /// <summary>The report as Markdown, lines ending in LF.</summary>
    /// <param name="machine">The machine's description.</param>
    public string ToMarkdown(string machine)
    {
        var text = new StringBuilder($"# {Title}\n\n{Setting}\n\n{machine}\n\n| | measured | bar | |\n|---|---:|---:|---|\n");
        foreach (BenchRow row in Rows)
        {
            text.Append($"| {row.What} | {row.Measured} | {row.Bar ?? ""} | {(row.Holds is { } holds ? holds ? "holds" : "FAILS" : "")} |\n");
        }

        return text.ToString();
    }
}

/// <summary>A figure.</summary>
/// <param name="What">What it is of.</param>
/// <param name="Measured">The figure with its unit.</param>
/// <param name="Bar">What it must keep; null for none.</param>
/// <param name="Holds">Whether it does; null without a bar.</param>
internal sealed record BenchRow(string What, string Measured, string? Bar = null, bool? Holds = null);
