namespace SamTune.Cli.Hosting;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    public const int Success = 0;

    /// <summary>A fault of the program's own.</summary>
    public const int Unexpected = 1;

    /// <summary>An input, a setting or the command line cannot be used; the message says what to change.</summary>
    public const int BadInput = 2;

    /// <summary>Stopped by Ctrl-C or a termination signal: 128 + SIGINT, as shells count.</summary>
    public const int Cancelled = 130;
}
