using System.Text.RegularExpressions;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed partial class ReadmeTests
{
    [Fact]
    public async Task Every_command_of_the_readme_exists_with_its_flags()
    {
        MatchCollection lines = CommandLine().Matches(await File.ReadAllTextAsync(RepositoryFiles.At("README.md"), TestContext.Current.CancellationToken));
        Assert.NotEmpty(lines);
        foreach (Match line in lines)
        {
            string help = (await CommandLineRun.Of([.. line.Groups["command"].Value.Split(' '), "--help"])).Output;
            Assert.Contains("Examples:", help, StringComparison.Ordinal);
            Assert.All(Flag().Matches(line.Value), flag => Assert.Contains(flag.Value, help, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_launcher_may_be_run()
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.True(File.GetUnixFileMode(RepositoryFiles.At("samtune")).HasFlag(UnixFileMode.UserExecute));
        }

        Assert.True(File.Exists(RepositoryFiles.At("samtune.cmd")));
    }

    [GeneratedRegex(@"^    \./samtune (?<command>dataset [a-z]+|[a-z]+).*$", RegexOptions.Multiline)]
    private static partial Regex CommandLine();

    [GeneratedRegex(@"--[a-z-]+")]
    private static partial Regex Flag();
}
