using System.Diagnostics;

namespace SamTune.Cli.Quickstart;

/// <summary>Peak resident memory of this process, since a mark and altogether.</summary>
internal sealed class MemoryWatch
{
    // Linux, proc(5): writing 5 to clear_refs resets the peak that /proc/self/status calls VmHWM.
    private const string ResetFile = "/proc/self/clear_refs";

    /// <summary>The largest peak read so far, in bytes.</summary>
    public long Largest { get; private set; }

    /// <summary>Starts a new measurement where the system can; elsewhere the peak is that of the whole process.</summary>
    public void Mark()
    {
        Read();
        if (File.Exists(ResetFile))
        {
            File.WriteAllText(ResetFile, "5");
        }
    }

    /// <summary>The peak since the mark, in bytes.</summary>
    public long Read()
    {
        using var process = Process.GetCurrentProcess();
        long peak = process.PeakWorkingSet64;
        Largest = Math.Max(Largest, peak);
        return peak;
    }
}
