using SamTune.Checkpoints;
using SamTune.Imaging;

namespace SamTune.Cli.Hosting;

/// <summary>The one place where exceptions become a line for the user and an exit code.</summary>
internal static class ErrorHandling
{
    /// <summary>Runs a command.</summary>
    /// <param name="command">What to run; returns the exit code.</param>
    /// <param name="error">Where the line goes.</param>
    /// <param name="cancellationToken">The token that the command runs under.</param>
    /// <returns>The command's exit code, or one of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(Func<CancellationToken, Task<int>> command, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            return await command(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync("stopped: interrupted before the work was done.");
            return ExitCode.Cancelled;
        }
        catch (Exception exception) when (IsUsersToMend(exception))
        {
            await error.WriteLineAsync($"error: {OneLine(exception.Message)}");
            return ExitCode.BadInput;
        }
#pragma warning disable CA1031 // The last handler of the process: whatever arrives here is reported and ends in an exit code.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await error.WriteLineAsync($"error: unexpected {exception.GetType().Name}: {OneLine(exception.Message)}");
            await error.WriteLineAsync("This is a fault of samtune's own. Set SAMTUNE_DEBUG=1 for the call stack, and report both with the command line.");
            if (Environment.GetEnvironmentVariable("SAMTUNE_DEBUG") == "1")
            {
                await error.WriteLineAsync(exception.ToString());
            }

            return ExitCode.Unexpected;
        }
    }

    /// <summary>A message as a single line: file names and keys from damaged files may carry line breaks.</summary>
    public static string OneLine(string message) => string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static bool IsUsersToMend(Exception exception) => exception switch
    {
        InputException or CheckpointException => true,
        // Options that validate themselves; a null or a range inside the program is a fault of ours.
        ArgumentNullException or ArgumentOutOfRangeException => false,
        ArgumentException => true,
        // A full disk, a folder without write permission: the system's message names the path.
        UnauthorizedAccessException or IOException => true,
        _ => false,
    };
}
