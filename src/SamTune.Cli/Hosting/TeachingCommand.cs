using System.CommandLine;

namespace SamTune.Cli.Hosting;

/// <summary>A command whose help shows examples.</summary>
internal abstract class TeachingCommand : Command
{
    /// <summary>Creates the command.</summary>
    /// <param name="name">The word on the command line.</param>
    /// <param name="description">What it does, and what it writes.</param>
    protected TeachingCommand(string name, string description)
        : base(name, description)
    {
        SetAction((result, cancellationToken) =>
            ErrorHandling.RunAsync(token => ExecuteAsync(result, token), result.InvocationConfiguration.Error, cancellationToken));
    }

    /// <summary>Command lines that work as they stand, with what they do.</summary>
    public abstract IReadOnlyList<Example> Examples { get; }

    /// <summary>Does the work.</summary>
    /// <param name="result">The parsed command line, with the writers to print to.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl-C.</param>
    /// <returns>The exit code.</returns>
    protected abstract Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken);
}
