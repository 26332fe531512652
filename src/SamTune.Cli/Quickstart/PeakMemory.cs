using System.Diagnostics;

namespace SamTune.Cli.Quickstart;

/// <summary>Peak resident memory of this process since a mark.</summary>
internal static class PeakMemory
{
    // Linux, proc(5): writing 5 to clear_refs resets the peak that /proc/self/status calls VmHWM.
    private const string ResetFile = "/proc/self/clear_refs";

    /// <summary>Starts a new measurement where the system can; elsewhere the peak is that of the whole process.</summary>
    public static void Mark()
    {
        if (File.Exists(ResetFile))
        {
            File.WriteAllText(ResetFile, "5");
        }
    }

    /// <summary>The peak since the mark, in bytes.</summary>
    public static long Read()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
