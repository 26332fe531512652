using System.Text;
using SamTune.Evaluation.Documents;
using SamTune.Imaging;

namespace SamTune.Evaluation.Comparison;

/// <summary>A comparison as Markdown; pictures are linked by their file names.</summary>
public static class ComparisonMarkdown
{
    /// <summary>Writes the report beside its pictures.</summary>
    /// <param name="path">File to create or replace, atomically.</param>
    /// <param name="report">The report.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, ComparisonReport report) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(Render(report))));

    /// <summary>The report as text; lines end in LF.</summary>
    /// <param name="report">The report.</param>
    public static string Render(ComparisonReport report) => MarkdownText.Render(ComparisonDocument.Blocks(report));
}
