using System.CommandLine;
using System.CommandLine.Parsing;
using SamTune.Cli.Commands;

namespace SamTune.Cli.Hosting;

/// <summary>The command line as a function: arguments in, two streams and an exit code out.</summary>
internal static class CommandLineHost
{
    /// <summary>Parses and runs.</summary>
    /// <param name="arguments">What stands behind the program's name.</param>
    /// <param name="output">Results.</param>
    /// <param name="error">Errors, warnings and progress.</param>
    /// <param name="cancellationToken">Stops the command.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        RootCommand root = CreateRoot();
        ParseResult result = root.Parse(arguments);
        if (arguments.Length == 0)
        {
            result = root.Parse("--help");
        }
        else if (result.Errors.Count > 0)
        {
            string name = NameOf(result.CommandResult);
            foreach (string message in Messages(result))
            {
                await error.WriteLineAsync($"error: {ErrorHandling.OneLine(message)} See '{name} --help'.");
            }

            return ExitCode.BadInput;
        }

        return await result.InvokeAsync(
            new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                // Interruption handles the signals: the library would give a command two seconds and then leave without its checkpoint.
                ProcessTerminationTimeout = null,
            },
            cancellationToken);
    }

    /// <summary>The command with those above it, as it is typed.</summary>
    private static string NameOf(CommandResult command)
        => command.Parent is CommandResult parent ? $"{NameOf(parent)} {command.Command.Name}" : "samtune";

    /// <summary>What is wrong with a command line, without what only follows from a word that nobody knows.</summary>
    private static List<string> Messages(ParseResult result)
    {
        List<string> messages = [.. result.Errors.Select(e => e.Message).Distinct()];
        List<string> unknown = [.. messages.Where(message => result.UnmatchedTokens.Any(token => message.Contains($"'{token}'", StringComparison.Ordinal)))];
        return unknown.Count > 0 ? unknown : messages;
    }

    private static RootCommand CreateRoot()
    {
        RootCommand root = new("Fine-tunes the Segment Anything Model (SAM) and works with its checkpoints.")
        {
            new PullCommand(),
            new InspectCommand(),
            new DatasetCommand(),
            new AdviseCommand(),
            new TrainCommand(),
            new EvaluateCommand(),
            new ExplainCommand(),
            new PredictCommand(),
            new DomainsCommand(),
            new DomainTableCommand(),
            new ForgettingCommand(),
            new MergeCommand(),
            new ConvertCommand(),
            new PretrainCommand(),
            new FewshotCommand(),
            new QuickstartCommand(),
        };
        TeachingHelp.AddTo(root);
        return root;
    }
}
