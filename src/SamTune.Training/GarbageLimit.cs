namespace SamTune.Training;

/// <summary>
/// Keeps managed garbage, such as the pictures of batches that are done, to about as much on every machine. Left to itself the collector waits until as much has gathered as the processor's third-level cache holds, which is
/// 300 MB on some servers: what a training takes would depend on the machine, and its forecast and limit would not hold.
/// </summary>
internal sealed class GarbageLimit
{
    private const long Limit = 16 << 20;

    private long collected = GC.GetTotalAllocatedBytes();

    /// <summary>Collects where so much was allocated since the last time.</summary>
    public void Collect()
    {
        long allocated = GC.GetTotalAllocatedBytes();
        if (allocated - collected > Limit)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
            collected = allocated;
        }
    }
}
