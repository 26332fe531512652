using System.Text.Json;
using SamTune.Cli.Hosting;

namespace SamTune.Cli.Tests;

/// <summary>What a command line did.</summary>
internal sealed record CommandLineRun(int ExitCode, string Output, string Error)
{
    /// <summary>The output as JSON; fails where anything else is printed with it.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Runs the command line inside this process.</summary>
    public static async Task<CommandLineRun> Of(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await CommandLineHost.RunAsync(arguments, output, error, TestContext.Current.CancellationToken);
        return new CommandLineRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Asserts one line on the error stream, nothing on the output and the exit code for bad input.</summary>
    public void AssertRefused(params string[] said)
    {
        Assert.Equal(Hosting.ExitCode.BadInput, ExitCode);
        Assert.Empty(Output);
        string line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("error: ", line, StringComparison.Ordinal);
        Assert.All(said, text => Assert.Contains(text, line, StringComparison.Ordinal));
    }
}
