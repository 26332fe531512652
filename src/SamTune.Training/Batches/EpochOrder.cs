using SamTune.Data;

namespace SamTune.Training.Batches;

/// <summary>Which pictures a forward pass takes: every picture once an epoch, in an order of the epoch's own, known from the seed alone.</summary>
/// <param name="Count">Number of pictures.</param>
/// <param name="BatchSize">Pictures a forward pass.</param>
/// <param name="Seed">The run's seed.</param>
public sealed record EpochOrder(int Count, int BatchSize, long Seed)
{
    /// <summary>Forward passes an epoch; the last may be smaller.</summary>
    public int PassesPerEpoch => (Count + BatchSize - 1) / BatchSize;

    /// <summary>Pictures of a forward pass.</summary>
    /// <param name="pass">Number of the pass over the whole run, from 0.</param>
    public IReadOnlyList<int> At(long pass)
    {
        int[] order = [.. Enumerable.Range(0, Count)];
        DerivedRandom.Create(Seed, "epoch-order", pass / PassesPerEpoch).Shuffle(order);
        return [.. order.Skip((int)(pass % PassesPerEpoch) * BatchSize).Take(BatchSize)];
    }
}
