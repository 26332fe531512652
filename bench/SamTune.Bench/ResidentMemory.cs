using System.Diagnostics;

namespace SamTune.Bench;

/// <summary>Peak of this process's resident memory above a mark.</summary>
internal sealed class ResidentMemory
{
    // Linux, proc(5): writing 5 to clear_refs resets the peak that /proc/self/status calls VmHWM.
    private const string ResetFile = "/proc/self/clear_refs";
    private readonly long _before;

    /// <summary>Marks.</summary>
    public ResidentMemory()
    {
        using var process = Process.GetCurrentProcess();
        _before = process.WorkingSet64;
        if (File.Exists(ResetFile))
        {
            File.WriteAllText(ResetFile, "5");
        }
    }

    /// <summary>The peak since the mark, less what was held at it; in bytes.</summary>
    public long Peak
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64 - _before;
        }
    }
}
