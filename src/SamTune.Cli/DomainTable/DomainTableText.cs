using System.Globalization;
using System.Text;
using SamTune.Adaptation.Domains;

namespace SamTune.Cli.DomainTable;

/// <summary>A <see cref="DomainTableReport"/> as Markdown, lines ending in LF.</summary>
internal static class DomainTableText
{
    /// <summary>Name of the row of the base's own kind of pictures.</summary>
    public const string Scenes = Forgetting.ForgettingReport.Scenes;

    /// <summary>Renders.</summary>
    public static string Markdown(DomainTableReport report)
    {
        var text = new StringBuilder();
        text.Append($"# {report.Domains.Count} domains on one base\n\n");
        text.Append($"{report.Base} at {report.InputSide} x {report.InputSide} pixels. Each adapter was trained alone from this base, {report.Steps} steps of {report.Batch} pictures. Then one process loaded the base once with all adapters and measured everything below; ");
        text.Append($"afterwards the base's weights {(report.BaseUnchanged ? "were what they had been, bit for bit" : "HAD CHANGED")}. {Minutes(report.Seconds)} in all.\n\n");
        text.Append("| domain | training pictures | adapter | parameters | artifact | trained in | true masks |\n|---|---:|---|---:|---:|---:|---|\n");
        foreach (DomainSummary d in report.Domains)
        {
            string time = d.TrainingSeconds is { } seconds ? $"{Minutes(seconds)}, step {d.BestStep} kept" : "given";
            text.Append($"| {d.Name} | {(d.TrainingSeconds == null ? "-" : d.TrainingPictures)} | {d.Method} | {d.Parameters.ToString("N0", CultureInfo.InvariantCulture)} | {d.Bytes / 1024.0:0} KiB | {time} | {d.Truth} |\n");
        }

        Dice(text, report, "Dice with a box", r => r.Box);
        Dice(text, report, "Dice with one click", r => r.Point);
        text.Append("\nRows are held-out pictures, columns what was handed to the base: nothing (zero-shot), the adapter of a domain, or what the router chose by the picture (`--domain auto`). In bold the adapter of the row's own domain. \"Box filled\" learns nothing: all ");
        text.Append("pixels of the object's exact box, which a click is not told. ");
        if (report.Rows.Any(r => r.Data == Scenes))
        {
            text.Append("The synthetic scenes are made by code, of the kind that sam_tiny was pretrained on, from a random stream that no training used and without the drawn icons: what an adapter loses there it has forgotten; the set loses nothing, for the base is still there. ");
        }

        text.Append("Held-out pictures are of the same head, scene or tissue as the training pictures unless said otherwise: the figures tell how well an adapter works there, not on others.\n");
        Routing(text, report);
        text.Append($"\nOne batch with a picture of each domain, each through its own adapter, differs from the pictures one at a time by {report.MixedBatchDifference.ToString("0.0e-0", CultureInfo.InvariantCulture)} in logits at most.\n");
        return text.ToString();
    }

    private static void Dice(StringBuilder text, DomainTableReport report, string title, Func<DomainTableRow, IReadOnlyDictionary<string, double>> scores)
    {
        string[] columns = [.. report.Columns, AdapterSet.AutoName];
        text.Append($"\n## {title}\n\n| data | pictures | objects | box filled | base (zero-shot) | {string.Join(" | ", columns.Skip(1))} |\n|---|---:|---:|---:|{string.Concat(columns.Select(_ => "---:|"))}\n");
        foreach (DomainTableRow row in report.Rows)
        {
            IEnumerable<string> cells = columns.Select(c => c == row.Data ? $"**{Number(scores(row)[c])}**" : Number(scores(row)[c]));
            text.Append($"| {row.Data} | {row.Pictures} | {row.Objects} | {Number(row.FilledBox)} | {string.Join(" | ", cells)} |\n");
        }
    }

    private static void Routing(StringBuilder text, DomainTableReport report)
    {
        text.Append("\n## Routing by the picture\n\n| pictures of | pictures | right | nearest prototype right | fell back to the base | mean confidence |\n|---|---:|---:|---:|---:|---:|\n");
        foreach (RoutingSummary r in report.Routing)
        {
            text.Append($"| {r.Data} | {r.Pictures} | {Percent(r.Right)} | {(r.Nearest is { } nearest ? Percent(nearest) : "-")} | {Percent(r.Base)} | {Number(r.Confidence)} |\n");
        }

        text.Append("\nPrototypes are of training pictures, the pictures routed are held out. Right is the domain's own adapter");
        text.Append(report.Routing.Any(r => r.Data == Scenes) ? ", and for the synthetic scenes, which are of no domain, the base.\n" : ".\n");
    }

    private static string Minutes(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 60}:{(int)seconds % 60:00} min");

    private static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString("0", CultureInfo.InvariantCulture) + " %";
}
