using System.Runtime;

namespace SamTune.Modeling;

/// <summary>
/// Keeps the garbage collector still while tensor operations run. TorchSharp wraps every plain number that meets a tensor (x * 2) in an object with a finaliser and hands
/// its native address to libtorch without keeping the object alive: a collection at that moment frees the number while it is read, which ends in "Unknown scalar
/// type" once in some thousand steps. Collections happen between the pauses instead.
/// </summary>
/// <remarks>Process-wide; a pause within a pause does nothing. A step that allocates more than the limit is collected all the same.</remarks>
public sealed class CollectionPause : IDisposable
{
    // Managed memory of one step: pictures, masks and targets. Reserved, but only what is used becomes resident.
    private const long Limit = 24L << 20;
    private readonly bool _owner;

    private CollectionPause(bool owner) => _owner = owner;

    /// <summary>Starts a pause; disposing ends it.</summary>
    public static CollectionPause Start() =>
        new(GCSettings.LatencyMode != GCLatencyMode.NoGCRegion && GC.TryStartNoGCRegion(Limit));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_owner && GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
        {
            GC.EndNoGCRegion();
        }
    }
}
