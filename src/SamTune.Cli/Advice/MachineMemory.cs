namespace SamTune.Cli.Advice;

/// <summary>Memory that a training on this machine may use.</summary>
internal static class MachineMemory
{
    /// <summary>What the machine or container has, bytes.</summary>
    public static long Bytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
}
