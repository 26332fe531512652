using static TorchSharp.torch;

namespace SamTune.Training.Caching;

/// <summary>
/// Activations in main memory, wherever they are computed. What is there stays: epochs visit pictures in ever other orders, and throwing the oldest out for the newest would lose every one before it comes again.
/// </summary>
internal sealed class MemoryStore(long limitBytes) : IActivationStore
{
    private readonly Dictionary<string, Tensor> _kept = [];
    private long _bytes;

    /// <summary>Number of entries.</summary>
    public int Count => _kept.Count;

    public long Damaged => 0;

    public string? Problem => null;

    public Tensor? Find(string key) => _kept.GetValueOrDefault(key);

    public void Keep(string key, Tensor activation)
    {
        long bytes = activation.numel() * activation.element_size();
        if (_bytes + bytes <= limitBytes && !_kept.ContainsKey(key))
        {
            using var scope = NewDisposeScope();
            _kept[key] = activation.detach().to(CPU, copy: true).DetachFromDisposeScope();
            _bytes += bytes;
        }
    }

    public void Dispose()
    {
        foreach (Tensor activation in _kept.Values)
        {
            activation.Dispose();
        }
    }
}
