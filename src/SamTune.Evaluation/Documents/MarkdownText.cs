using System.Text;
using static SamTune.Evaluation.Reports.MarkdownTable;

namespace SamTune.Evaluation.Documents;

/// <summary>Markdown from blocks; lines end in LF.</summary>
internal static class MarkdownText
{
    /// <summary>Renders blocks one after the other.</summary>
    public static string Render(IEnumerable<ReportBlock> blocks)
    {
        var text = new StringBuilder();
        foreach (ReportBlock block in blocks)
        {
            text.Append(text.Length > 0 ? "\n" : "");
            Append(text, block);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, ReportBlock block)
    {
        switch (block)
        {
            case Heading heading:
                text.Append('#', heading.Level).Append($" {Plain(heading.Text)}\n");
                break;
            case Paragraph paragraph:
                text.Append($"{Plain(paragraph.Text)}\n");
                break;
            case Bullets bullets:
                text.AppendJoin("", bullets.Items.Select(i => $"- {Plain(i)}\n"));
                break;
            case Table table:
                AppendHeader(text, [.. table.Head]);
                foreach (IReadOnlyList<string> row in table.Rows)
                {
                    AppendRow(text, [.. row]);
                }

                break;
            case Picture picture:
                string columns = picture.Columns.Count > 0 ? $" From left to right: {string.Join(", ", picture.Columns)}." : "";
                text.Append($"![{Plain(picture.Alternative)}]({string.Join('/', picture.File.Split('/').Select(Uri.EscapeDataString))})\n\n{Plain(picture.Caption)}{columns}\n");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(block), block, "A block that Markdown does not know.");
        }
    }
}
