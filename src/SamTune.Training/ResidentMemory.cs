using System.Diagnostics;

namespace SamTune.Training;

/// <summary>Peak of this process's resident memory: since a mark, and above what was held at it. For one thread at a time.</summary>
public sealed class ResidentMemory
{
    // Linux, proc(5): writing 5 to clear_refs resets the peak that /proc/self/status calls VmHWM.
    private const string ResetFile = "/proc/self/clear_refs";
    private long _held;
    private long _earlier;

    /// <summary>Marks.</summary>
    public ResidentMemory() => Mark();

    /// <summary>The peak since the mark, less what was held at it; in bytes. Without <see cref="KnowsPeak"/> it means nothing.</summary>
    public long Peak => Math.Max(0, Highest - _held);

    /// <summary>Whether the system forgot the peak before the mark, so that <see cref="Peak"/> is that since the mark: on Linux.</summary>
    public bool KnowsPeak { get; private set; }

    /// <summary>The peak since the mark, in bytes; where the system cannot reset it (elsewhere than on Linux), that of the whole process.</summary>
    public static long Highest
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>The peak of the whole process, in bytes.</summary>
    public long HighestOfAll => Math.Max(_earlier, Highest);

    /// <summary>Starts a new measurement. What was freed before goes back to the system first, or memory that is used again would not be counted.</summary>
    public void Mark()
    {
        _earlier = HighestOfAll;
        NativeHeap.Trim();
        using var process = Process.GetCurrentProcess();
        _held = process.WorkingSet64;
        KnowsPeak = ForgetPeak();
    }

    private static bool ForgetPeak()
    {
        try
        {
            if (File.Exists(ResetFile))
            {
                File.WriteAllText(ResetFile, "5");
                return true;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A container may forbid it; the peak is then unknown, as elsewhere than on Linux.
        }

        return false;
    }
}
