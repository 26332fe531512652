using System.Net;
using System.Text;
using SamTune.Imaging;

namespace SamTune.Evaluation.Documents;

/// <summary>
/// One HTML file from blocks that opens anywhere: its style is inside, its pictures are data URIs (RFC 2397), nothing is loaded and no script runs. Elements are closed as in XML, so
/// that the file can be read as XML too.
/// </summary>
internal static class HtmlText
{
    private const string Style = """
        :root { color-scheme: light dark; --line: #8884; --soft: #8881; }
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.7rem; line-height: 1.2; } h2 { margin-top: 2.2rem; border-bottom: 1px solid var(--line); } h3 { margin-top: 1.6rem; }
        p, li { max-width: 46rem; }
        .wide { overflow-x: auto; margin: 1rem 0; }
        table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: right; }
        th:first-child, td:first-child { text-align: left; }
        thead th { background: var(--soft); vertical-align: bottom; }
        figure { margin: 1.2rem 0; } figcaption { font-size: .9rem; max-width: 46rem; }
        img { display: block; width: 100%; height: auto; background: #fff; }
        .columns { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; font-size: clamp(.45rem, 1.5vw, .85rem); text-align: center; }
        @media print { body { max-width: none; font-size: 10pt; } .wide { overflow: visible; } table { font-size: 7pt; } figure, tr { break-inside: avoid; } h2, h3 { break-after: avoid; } }
        """;

    /// <summary>Renders a document.</summary>
    /// <param name="title">Title of the window.</param>
    /// <param name="blocks">The blocks.</param>
    /// <param name="folder">Where the pictures are.</param>
    /// <exception cref="InputException">A picture cannot be read.</exception>
    public static string Render(string title, IEnumerable<ReportBlock> blocks, string folder)
    {
        var text = new StringBuilder();
        text.Append("<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<meta charset=\"utf-8\"/>\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
            .Append($"<title>{Escape(title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n");
        foreach (ReportBlock block in blocks)
        {
            Append(text, block, folder);
        }

        return text.Append("</body>\n</html>\n").ToString();
    }

    private static void Append(StringBuilder text, ReportBlock block, string folder)
    {
        switch (block)
        {
            case Heading heading:
                text.Append($"<h{heading.Level}>{Escape(heading.Text)}</h{heading.Level}>\n");
                break;
            case Paragraph paragraph:
                text.Append($"<p>{Escape(paragraph.Text)}</p>\n");
                break;
            case Bullets bullets:
                text.Append("<ul>\n").AppendJoin("", bullets.Items.Select(i => $"<li>{Escape(i)}</li>\n")).Append("</ul>\n");
                break;
            case Table table:
                text.Append("<div class=\"wide\"><table>\n<thead><tr>").AppendJoin("", table.Head.Select(h => $"<th scope=\"col\">{Escape(h)}</th>")).Append("</tr></thead>\n<tbody>\n");
                foreach (IReadOnlyList<string> row in table.Rows)
                {
                    text.Append($"<tr><th scope=\"row\">{Escape(row[0])}</th>").AppendJoin("", row.Skip(1).Select(c => $"<td>{Escape(c)}</td>")).Append("</tr>\n");
                }

                text.Append("</tbody>\n</table></div>\n");
                break;
            case Picture picture:
                AppendPicture(text, picture, folder);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(block), block, "A block that HTML does not know.");
        }
    }

    private static void AppendPicture(StringBuilder text, Picture picture, string folder)
    {
        text.Append("<figure>\n");
        if (picture.Columns.Count > 0)
        {
            text.Append("<div class=\"columns\">").AppendJoin("", picture.Columns.Select(c => $"<span>{Escape(c)}</span>")).Append("</div>\n");
        }

        text.Append($"<img alt=\"{Escape(picture.Alternative)}\" src=\"data:image/png;base64,{Convert.ToBase64String(Read(Path.Combine(folder, picture.File)))}\"/>\n")
            .Append($"<figcaption>{Escape(picture.Caption)}</figcaption>\n</figure>\n");
    }

    private static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({exception.Message.ReplaceLineEndings(" ").TrimEnd('.')}); the report's pictures lie beside it, write them again.", exception);
        }
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
