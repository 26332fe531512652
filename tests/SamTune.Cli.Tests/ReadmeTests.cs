using System.Diagnostics;
using System.Text.RegularExpressions;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed partial class ReadmeTests
{
    // What a reader's machine has and a test must not need: the network, and minutes. The quickstart has tests of its own.
    private static readonly Dictionary<string, string> s_instead = new(StringComparer.Ordinal)
    {
        ["pull vit_b"] = "pull sam_tiny",
        ["quickstart"] = "quickstart --quick --steps 1",
    };

    // Minutes: of the long category.
    [Fact]
    [Trait("Category", "Long")]
    public async Task Every_command_of_the_readme_runs_in_its_order()
    {
        using var folder = new TemporaryFolder();
        Prepare(folder);
        string[] commands = [.. CommandLine().Matches(await Readme()).Select(m => m.Groups["arguments"].Value)];
        Assert.True(commands.Length > 15, "the README's commands were not found");
        foreach (string command in commands)
        {
            await Run(folder, s_instead.GetValueOrDefault(command, command));
        }
    }

    [Fact]
    public async Task Every_file_that_the_readme_points_to_exists() => Assert.All(
        Link().Matches(await Readme()).Select(m => m.Groups["path"].Value).Where(p => !p.Contains("://", StringComparison.Ordinal)),
        path => Assert.True(File.Exists(RepositoryFiles.At(path.Split('/'))), path));

    [Fact]
    public void The_launcher_may_be_run()
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.True(File.GetUnixFileMode(RepositoryFiles.At("samtune")).HasFlag(UnixFileMode.UserExecute));
        }

        Assert.True(File.Exists(RepositoryFiles.At("samtune.cmd")));
    }

    private static Task<string> Readme() => File.ReadAllTextAsync(RepositoryFiles.At("README.md"), TestContext.Current.CancellationToken);

    // The files that the README speaks of, small.
    private static void Prepare(TemporaryFolder folder)
    {
        DiscFolder.Write(folder, "cells", count: 9);
        DiscFolder.Write(folder, "cells_test", count: 2);
        File.Copy(folder.At("cells", "images", "p0.png"), folder.At("cell.png"));
        File.WriteAllText(folder.At("cells.yaml"), "rank: 4\nvalShare: 0.3\n");
        SmallVolume.Write(folder.At("scan.nii.gz"), folder.At("seg.nii.gz"));
    }

    private static async Task Run(TemporaryFolder folder, string arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "samtune.exe" : "samtune");
        var start = new ProcessStartInfo(program, arguments.Split(' ')) { WorkingDirectory = folder.FullPath, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"samtune {arguments}: exit code {process.ExitCode}\n{await error}{await output}");
    }

    [GeneratedRegex(@"^    \./samtune (?<arguments>[a-z].*?)\s*$", RegexOptions.Multiline)]
    private static partial Regex CommandLine();

    [GeneratedRegex(@"\]\((?<path>[^)]+)\)")]
    private static partial Regex Link();
}
