using System.Globalization;
using Spectre.Console;

namespace SamTune.Cli.Output;

/// <summary>Tables for people, on any writer.</summary>
internal static class TextTable
{
    /// <summary>Writes names and values in two columns without lines.</summary>
    public static void WritePairs(TextWriter output, IEnumerable<(string Name, string Value)> pairs)
    {
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        foreach ((string name, string value) in pairs)
        {
            grid.AddRow(new Text(name), new Text(value));
        }

        WritePlain(output, grid);
    }

    /// <summary>Writes rows below their headings, each column as wide as it needs to be: for lines that are longer than a terminal.</summary>
    public static void WriteColumns(TextWriter output, string[] headings, IEnumerable<string[]> rows)
    {
        string[][] lines = [headings, .. rows];
        int[] widths = [.. headings.Select((_, column) => lines.Max(line => line[column].Length))];
        foreach (string[] line in lines)
        {
            output.WriteLine(string.Join("  ", line.Select((text, column) => text.PadRight(widths[column]))).TrimEnd());
        }
    }

    /// <summary>A count with its thousands apart: 315,436.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Writes without colours and without the blanks that tables leave at the ends of lines.</summary>
    private static void WritePlain(TextWriter output, Grid grid)
    {
        using StringWriter text = new();
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No }).Write(grid);
        foreach (string line in text.ToString().TrimEnd().Split('\n'))
        {
            output.WriteLine(line.TrimEnd());
        }
    }
}
