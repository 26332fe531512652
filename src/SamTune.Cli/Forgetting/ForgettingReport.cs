using System.Globalization;
using System.Text;
using SamTune.Adaptation.Domains;

namespace SamTune.Cli.Forgetting;

/// <summary>Mean Dice of each adapter and of the base on each domain's data: forgetting.json.</summary>
internal sealed record ForgettingReport
{
    /// <summary>Name of the row of held-out synthetic scenes.</summary>
    public const string Scenes = "synthetic-scenes";

    private const string StandInMark = "\u2020";

    /// <summary>File name of the base.</summary>
    public required string Base { get; init; }

    /// <summary>How objects were prompted.</summary>
    public required string Prompt { get; init; }

    /// <summary>What was measured beside the base.</summary>
    public required IReadOnlyList<string> Adapters { get; init; }

    /// <summary>One row a data set.</summary>
    public required IReadOnlyList<ForgettingRow> Rows { get; init; }

    /// <summary>Whether the synthetic scenes are what the base was pretrained on; null where none were measured.</summary>
    public bool? ScenesAreOwn { get; init; }

    /// <summary>
    /// For each adapter: mean over the data sets of other domains of its Dice minus the base's. Below 0 it is what the adapter forgot; in a set of adapters it costs nothing, for other domains do not pass
    /// through it. Null where there is no other data set. The base's own pictures are of no domain.
    /// </summary>
    public IReadOnlyDictionary<string, double?> Elsewhere => Adapters.ToDictionary(
        a => a, a => Rows.Where(r => r.Data != a && r.Data is not (Scenes or AdapterSet.BaseName)).Average(r => (double?)(r.Dice[a] - r.Dice[AdapterSet.BaseName])));

    /// <summary>The report as Markdown, lines ending in LF.</summary>
    public string ToMarkdown()
    {
        string[] columns = [AdapterSet.BaseName, .. Adapters];
        var text = new StringBuilder();
        text.Append("# Adapters on each other's domains\n\n");
        text.Append($"Mean Dice on {Base}, prompted by {Prompt}. Rows are data, columns what was handed to the base; the difference to the base stands in brackets.\n\n");
        text.Append($"| data | pictures | {string.Join(" | ", columns)} |\n|---|---:|{string.Concat(columns.Select(_ => "---:|"))}\n");
        foreach (ForgettingRow row in Rows)
        {
            text.Append($"| {row.Data} | {row.Pictures} | {string.Join(" | ", columns.Select(c => Cell(row, c)))} |\n");
        }

        text.Append($"| *other domains* |  |  | {string.Join(" | ", Adapters.Select(a => Elsewhere[a] is { } difference ? Signed(difference) : "-"))} |\n\n");
        if (Rows.Any(r => r.StandIns.Count > 0))
        {
            text.Append($"{StandInMark} These pictures lack a band that the adapter takes; it was given the band's mean over the adapter's training pictures instead.\n\n");
        }

        text.Append("The last row is the mean difference on data of other domains: what an adapter alone would have forgotten. With the set nothing is forgotten, for each picture passes only through the adapter of its own domain and the base stays as it is.\n");
        if (ScenesAreOwn is { } own)
        {
            text.Append($"\n{Scenes}: {(own ? "what the base was pretrained on, " : "")}scenes made by code, from a random stream that no training used, with figures made by code alone (without the drawn icons of pretraining). ");
            text.Append(own ? "What an adapter loses there it forgot of the base's own task.\n" : "This base is not known to have been pretrained on such scenes.\n");
        }

        if (Rows.Any(r => r.Data == AdapterSet.BaseName))
        {
            text.Append($"\n{AdapterSet.BaseName}: pictures of what the base itself was trained for, as they were given. What an adapter loses there it forgot of the base's own task.\n");
        }
        else if (ScenesAreOwn != true)
        {
            text.Append($"\nOf what the base itself was trained for nothing was measured; name such pictures with --data {AdapterSet.BaseName}=DATA.\n");
        }

        return text.ToString();
    }

    private static string Cell(ForgettingRow row, string column)
    {
        string dice = row.Dice[column].ToString("0.000", CultureInfo.InvariantCulture);
        string difference = column == AdapterSet.BaseName ? "" : $" ({Signed(row.Dice[column] - row.Dice[AdapterSet.BaseName])})";
        return $"{(row.Data == column ? $"**{dice}**" : dice)}{difference}{(row.StandIns.Contains(column) ? StandInMark : "")}";
    }

    private static string Signed(double value) => value.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);
}

/// <summary>One data set.</summary>
/// <param name="Data">Name of its domain.</param>
/// <param name="Pictures">Pictures measured.</param>
/// <param name="Dice">Mean Dice over objects, 0..1, by adapter, the base among them.</param>
/// <param name="StandIns">Adapters that take a band that these pictures lack, and were given its mean.</param>
internal sealed record ForgettingRow(string Data, int Pictures, IReadOnlyDictionary<string, double> Dice, IReadOnlyList<string> StandIns);
