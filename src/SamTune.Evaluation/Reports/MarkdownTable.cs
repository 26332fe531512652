using System.Text;
using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Reports;

/// <summary>Tables in Markdown.</summary>
internal static class MarkdownTable
{
    public static void AppendHeader(StringBuilder text, params ReadOnlySpan<string> cells)
    {
        AppendRow(text, cells);
        text.Append('|').Insert(text.Length, " --- |", cells.Length).Append('\n');
    }

    public static void AppendRow(StringBuilder text, params ReadOnlySpan<string> cells)
    {
        text.Append('|');
        foreach (string cell in cells)
        {
            text.Append(' ').Append(Plain(cell).Replace("|", "\\|", StringComparison.Ordinal)).Append(" |");
        }

        text.Append('\n');
    }

    /// <summary>A mean, and its interval in brackets; a dash where there is none.</summary>
    public static string Interval(BootstrapInterval? interval, string format) => interval == null
        ? "-"
        : $"{interval.Mean.ToString(format)} [{interval.Lower.ToString(format)}, {interval.Upper.ToString(format)}]";

    /// <summary>Text on one line.</summary>
    public static string Plain(string text) => text.ReplaceLineEndings(" ");
}
