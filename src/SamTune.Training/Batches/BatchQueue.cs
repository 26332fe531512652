namespace SamTune.Training.Batches;

/// <summary>
/// Makes the batches of the passes to come on other threads while the model works on one: each pass on a thread of its own, at most <see cref="PassesAhead"/> of them made or in the making, so memory is
/// bounded. A batch follows from its pass alone: it is the same as if it were made when it is taken. For one taker.
/// </summary>
internal sealed class BatchQueue : IDisposable
{
    private readonly Queue<Task<TrainingBatch>> _passes = [];
    private readonly Func<long, TrainingBatch> _make;
    private readonly long _end;
    private readonly TimeProvider? _time;
    private long _next;

    /// <summary>Starts.</summary>
    /// <param name="make">Makes the batch of a pass; called on several threads.</param>
    /// <param name="first">First pass.</param>
    /// <param name="end">Pass to end before.</param>
    /// <param name="time">What waiting is measured with; null where it is not.</param>
    public BatchQueue(Func<long, TrainingBatch> make, long first, long end, TimeProvider? time = null)
    {
        _make = make;
        _next = first;
        _end = end;
        _time = time;
        Fill();
    }

    /// <summary>Batches ahead at most: half of the cores make them, the model needs them too.</summary>
    public static int PassesAhead { get; } = Math.Max(2, Environment.ProcessorCount / 2);

    /// <summary>How long batches were waited for, in all.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>The batch of the next pass, as soon as it is there. What goes wrong when a batch is made is thrown here, in its turn.</summary>
    /// <exception cref="InvalidOperationException">Every batch has been taken.</exception>
    public TrainingBatch Take()
    {
        long start = _time?.GetTimestamp() ?? 0;
        TrainingBatch batch = _passes.Dequeue().GetAwaiter().GetResult();
        Waited += _time?.GetElapsedTime(start) ?? TimeSpan.Zero;
        Fill();
        return batch;
    }

    /// <summary>Waits for the batches in the making; what goes wrong in them concerns nobody any more.</summary>
    public void Dispose()
    {
        foreach (Task<TrainingBatch> pass in _passes)
        {
            ((Task)pass).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        }

        _passes.Clear();
    }

    private void Fill()
    {
        while (_passes.Count < PassesAhead && _next < _end)
        {
            long pass = _next++;

            // Not on the pool: a taker that runs there would keep one of its few threads waiting.
            _passes.Enqueue(Task.Factory.StartNew(() => _make(pass), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        }
    }
}
