using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SamTune.Cli.Hosting;

/// <summary>The usual help, followed by the command's examples.</summary>
internal sealed class TeachingHelp : SynchronousCommandLineAction
{
    private readonly HelpAction usual;

    private TeachingHelp(HelpAction usual) => this.usual = usual;

    /// <summary>Help is wanted most where the rest of the line is wrong.</summary>
    public override bool ClearsParseErrors => true;

    /// <summary>Puts the examples into the help of every command below a root.</summary>
    public static void AddTo(RootCommand root)
    {
        foreach (HelpOption option in root.Options.OfType<HelpOption>())
        {
            if (option.Action is HelpAction usual)
            {
                option.Action = new TeachingHelp(usual);
            }
        }
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is TeachingCommand command)
        {
            output.WriteLine("Examples:");
            foreach (Example example in command.Examples)
            {
                output.WriteLine($"  # {example.Meaning}");
                output.WriteLine($"  {example.CommandLine}");
            }

            output.WriteLine();
        }

        output.WriteLine("Exit codes: 0 done, 1 a fault of samtune's own, 2 an input or setting to change, 130 stopped by Ctrl-C.");
        return code;
    }
}
