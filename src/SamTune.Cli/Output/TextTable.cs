using System.Globalization;
using Spectre.Console;

namespace SamTune.Cli.Output;

/// <summary>Tables for people, on any writer.</summary>
internal static class TextTable
{
    /// <summary>A console that writes to a command's output; colours only where that is a terminal.</summary>
    public static IAnsiConsole ConsoleFor(TextWriter output) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(output),
        Ansi = ReferenceEquals(output, Console.Out) ? AnsiSupport.Detect : AnsiSupport.No,
    });

    /// <summary>Writes names and values in two columns without lines.</summary>
    public static void WritePairs(TextWriter output, IEnumerable<(string Name, string Value)> pairs)
    {
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        foreach ((string name, string value) in pairs)
        {
            grid.AddRow(new Text(name), new Text(value));
        }

        ConsoleFor(output).Write(grid);
    }

    /// <summary>A count with its thousands apart: 315,436.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
