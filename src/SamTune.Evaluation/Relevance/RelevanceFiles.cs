using System.Text;
using System.Text.Json;
using SamTune.Evaluation.Reports;
using SamTune.Evaluation.Statistics;
using SamTune.Imaging;
using static SamTune.Evaluation.Reports.MarkdownTable;

namespace SamTune.Evaluation.Relevance;

/// <summary>Relevance reports of several methods as one JSON file and as one Markdown page.</summary>
public static class RelevanceFiles
{
    private const string Measured =
        """
        Shift: 1 - cosine between the image embeddings of base and method at each location. Attention: share of it that goes to the object (inside) and to the rest of the picture (outside), from the object's own tokens in the
        encoder (mean of heads and blocks) and from the token that draws the mask in the decoder's final layer, prompted by the exact box. A token is inside when the objects cover
        at least half of its patch, or the most covered one when none is. Brackets: 95 % bootstrap interval of the mean over the pictures (over their groups where there are several).

        """;

    private const string Pictures =
        """

        Pictures: the truth is outlined. overlay_000.png and on have the shift, encoder_attention_000.png and on the change of the attention that object tokens pay in the encoder, decoder_attention_000.png and on that
        of the decoder; contact.png has all of them, a row a picture, behind the truth. Shift runs from dark blue (0) to yellow, attention change from blue (less) over white (0) to red (more).
        """;

    /// <summary>Writes the figures, the maps and the readings.</summary>
    /// <param name="path">File to create or replace, atomically.</param>
    /// <param name="reports">One report a method.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void WriteJson(string path, IReadOnlyList<RelevanceReport> reports) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, reports, ReportJson.Options));

    /// <summary>Writes tables and a paragraph a method.</summary>
    /// <param name="path">File to create or replace, atomically.</param>
    /// <param name="title">The page's title.</param>
    /// <param name="reports">One report a method.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void WriteMarkdown(string path, string title, IReadOnlyList<RelevanceReport> reports) =>
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(Markdown(title, reports))));

    /// <summary>The page as text; lines end in LF.</summary>
    /// <param name="title">The page's title.</param>
    /// <param name="reports">One report a method.</param>
    public static string Markdown(string title, IReadOnlyList<RelevanceReport> reports)
    {
        var text = new StringBuilder($"# {Plain(title)}\n\n{Measured}\n");
        AppendHeader(
            text, "Method", "Pictures", "Shift inside", "Shift outside", "Encoder attention inside, change in points", "outside",
            "Decoder attention inside, change in points", "outside");
        foreach (RelevanceReport report in reports)
        {
            AppendRow(
                text, report.Name, $"{report.Samples.Count}", Interval(report.EmbeddingShift.Inside, "0.0000"), Interval(report.EmbeddingShift.Outside, "0.0000"),
                Points(report.EncoderAttention.Inside), Points(report.EncoderAttention.Outside),
                Points(report.DecoderAttention.Inside), Points(report.DecoderAttention.Outside));
        }

        text.Append(Pictures).Append('\n');
        foreach (RelevanceReport report in reports)
        {
            text.Append($"\n## {Plain(report.Name)}\n\n{RelevanceReading.Paragraph(report)}\n\n");
            AppendLayers(text, report);
            text.Append($"\nScale of the pictures: shift 0 to {RelevancePictures.ShiftScale(report):g3}, attention change {RelevancePictures.AttentionScales(report)}.\n");
        }

        return text.ToString();
    }

    private static void AppendLayers(StringBuilder text, RelevanceReport report)
    {
        AppendHeader(
            text, "Layer", "Relative update", "What it is a share of", "Output shift inside", "Output shift outside",
            "Attention object to object", "change in points", "object to the rest, change in points", "Attention picture to object", "change in points");
        foreach (LayerUpdate update in report.Updates)
        {
            string size = RelevanceReading.Percent(update.Relative);
            if (update.IsBlock)
            {
                BlockRelevance block = report.Blocks[int.Parse(update.Layer["block ".Length..])];
                AppendRow(
                    text, $"{update.Layer}{(block.IsGlobal ? ", global" : "")}", size, NameOf(update.Kind),
                    RelevanceReading.Percent(block.OutputShift.Inside.Mean), block.OutputShift.Outside is { } outside ? RelevanceReading.Percent(outside.Mean) : "-",
                    RelevanceReading.Percent(block.FromObject.Inside.Before), Points(block.FromObject.Inside), Points(block.FromObject.Outside),
                    RelevanceReading.Percent(block.FromPicture.Inside.Before), Points(block.FromPicture.Inside));
            }
            else
            {
                AppendRow(text, update.Layer, size, NameOf(update.Kind), "", "", "", "", "", "", "");
            }
        }
    }

    private static string NameOf(LayerUpdateKind kind) => kind switch
    {
        LayerUpdateKind.Weights => "weights",
        LayerUpdateKind.AddedFeatures => "features added to features",
        _ => "length of SAM's prompt embeddings",
    };

    private static string Points(PairedChange mass)
    {
        BootstrapInterval change = mass.Change;
        return $"{100 * change.Mean:+0.00;-0.00;0} [{100 * change.Lower:+0.00;-0.00;0}, {100 * change.Upper:+0.00;-0.00;0}]";
    }
}
