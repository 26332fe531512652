using System.Diagnostics;

namespace SamTune.Bench;

/// <summary>One variant of a bench in a process of its own, where nothing that ran before takes memory or is warm. The child prints its figures as the title of an empty report.</summary>
internal static class ChildBench
{
    /// <summary>What stands before the name of a bench that runs as a child: the machine is not described then, which takes time and memory.</summary>
    public const string Flag = "--child";

    /// <summary>Runs it.</summary>
    /// <param name="arguments">The command line, the bench's name first.</param>
    /// <returns>What the child printed.</returns>
    /// <exception cref="InvalidOperationException">It failed; its message stands above.</exception>
    public static string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Flag, .. arguments]) { RedirectStandardOutput = true };
        using Process child = Process.Start(start)!;
        string text = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0
            ? text.Split('\n')[0].TrimStart('#', ' ')
            : throw new InvalidOperationException($"{string.Join(' ', arguments)}: the process ended with code {child.ExitCode}.");
    }

    /// <summary>What the child returns.</summary>
    public static BenchReport Figures(string figures) => new(figures, "", []);
}
