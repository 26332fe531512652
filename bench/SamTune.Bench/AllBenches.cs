using System.Diagnostics;

namespace SamTune.Bench;

/// <summary>Every bench with its usual settings, one after the other, each in a process of its own.</summary>
internal static class AllBenches
{
    /// <summary>The word on the command line.</summary>
    public const string Name = "all";

    /// <summary>What is measured, in a line.</summary>
    public const string Description = "all of them, each in a process of its own, tables one after the other. Arguments: --reference DIR (a checkout of segment-anything), --python PROGRAM";

    /// <summary>Runs them; their tables go to the output.</summary>
    /// <param name="benches">The benches.</param>
    /// <param name="arguments">What stands behind the name: the reference, handed to those that take one.</param>
    /// <returns>0 where every bench ended and every bar holds, else 1.</returns>
    public static int Run(IReadOnlyList<IBench> benches, string[] arguments)
    {
        bool allHold = true;
        foreach (IBench bench in benches)
        {
            using Process child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [bench.Name, .. bench.TakesReference ? arguments : []]))!;
            child.WaitForExit();
            allHold &= child.ExitCode == 0;
        }

        return allHold ? 0 : 1;
    }
}
