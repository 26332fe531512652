using System.Text;
using SamTune.Evaluation.Documents;
using SamTune.Imaging;

namespace SamTune.Evaluation.Comparison;

/// <summary>A comparison as one HTML file that opens anywhere: style and pictures are inside, nothing is loaded, no script runs.</summary>
public static class ComparisonHtml
{
    /// <summary>Writes the report; its pictures are read from the same folder.</summary>
    /// <param name="path">File to create or replace, atomically.</param>
    /// <param name="report">The report.</param>
    /// <exception cref="InputException">A picture cannot be read, or the file cannot be written.</exception>
    public static void Write(string path, ComparisonReport report)
    {
        string html = HtmlText.Render(report.Title, ComparisonDocument.Blocks(report), Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(html)));
    }
}
