using System.Collections.Concurrent;

namespace SamTune.Training.Batches;

/// <summary>
/// Makes the batches of the passes to come on other threads while the model works on one. At most <see cref="PassesAhead"/> wait and one more is being made, so memory is bounded. A batch follows
/// from its pass alone: it is the same as if it were made when it is taken. For one taker.
/// </summary>
internal sealed class BatchQueue : IDisposable
{
    /// <summary>Batches that wait at most: one to start with, and one against the next that takes longer to make.</summary>
    public const int PassesAhead = 2;

    private readonly BlockingCollection<TrainingBatch> _made = new(PassesAhead);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _worker;

    /// <summary>Starts.</summary>
    /// <param name="make">Makes the batch of a pass with this many threads at once.</param>
    /// <param name="first">First pass.</param>
    /// <param name="end">Pass to end before.</param>
    public BatchQueue(Func<long, int, TrainingBatch> make, long first, long end) =>
        _worker = Task.Factory.StartNew(() => Fill(make, first, end), _stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>The batch of the next pass, as soon as it is there. What goes wrong when a batch is made is thrown here, in its turn.</summary>
    public TrainingBatch Take()
    {
        if (!_made.TryTake(out TrainingBatch? batch, Timeout.Infinite))
        {
            _worker.GetAwaiter().GetResult();
            throw new InvalidOperationException("Every batch has been taken.");
        }

        return batch;
    }

    /// <summary>Ends once the batch that is being made is done; what goes wrong in it concerns nobody any more.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _worker.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        _made.Dispose();
        _stop.Dispose();
    }

    private void Fill(Func<long, int, TrainingBatch> make, long first, long end)
    {
        try
        {
            for (long pass = first; pass < end; pass++)
            {
                // All cores where the model may be waiting; otherwise it needs them too.
                int threads = _made.Count == 0 ? Environment.ProcessorCount : Math.Max(1, Environment.ProcessorCount / 2);
                _made.Add(make(pass, threads), _stop.Token);
            }
        }
        finally
        {
            _made.CompleteAdding();
        }
    }
}
