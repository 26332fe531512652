using System.Runtime.CompilerServices;

namespace SamTune.Modeling;

/// <summary>
/// Keeps finalisers still while tensor operations run. TorchSharp wraps every plain number that meets a tensor (x * 2) in an object with a finaliser and hands its native address to libtorch without
/// keeping the object alive: after a collection at that moment the finaliser frees the number while it is read, which ends in "Unknown scalar type" once in some thousand steps. Within a pause collections happen as
/// ever, also those that other threads cause, but what they find is finalised only after the pause.
/// </summary>
/// <remarks>
/// Process-wide, as finalisers are: they run on one thread of the runtime's, which waits in the finaliser of an object made for it. Pauses may be nested and may overlap on several threads; finalisers
/// run when none is left. Within a pause nothing may wait for finalisers (<see cref="GC.WaitForPendingFinalizers"/>) or end the process. A pause begins with a collection of the youngest generation.
/// </remarks>
public sealed class FinalizerPause : IDisposable
{
    private static readonly Lock s_lock = new();
    private static Gate? s_gate;
    private static int s_pauses;

    private bool _isOver;

    private FinalizerPause()
    {
    }

    /// <summary>Starts a pause; disposing ends it.</summary>
    public static FinalizerPause Start()
    {
        lock (s_lock)
        {
            s_gate ??= Gate.Close();
            s_pauses++;
        }

        return new FinalizerPause();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (s_lock)
        {
            if (!_isOver && --s_pauses == 0)
            {
                s_gate!.Open();
                s_gate = null;
            }

            _isOver = true;
        }
    }

    /// <summary>Where the finalisers' thread waits.</summary>
    private sealed class Gate
    {
        // A collection of another thread's may have made a keeper older than the youngest generation before it was let go; then the next is tried.
        private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);
        private readonly object _changed = new();
        private bool _isReached;
        private bool _isOpen;

        /// <summary>Returns once the thread waits.</summary>
        public static Gate Close()
        {
            var gate = new Gate();
            do
            {
                LetGo(gate);
                GC.Collect(0);
            }
            while (!gate.IsReached());
            return gate;
        }

        public void Open()
        {
            lock (_changed)
            {
                _isOpen = true;
                Monitor.PulseAll(_changed);
            }
        }

        // Not inlined: no reference to the keeper may be left on the caller's stack.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void LetGo(Gate gate) => _ = new Keeper(gate);

        private bool IsReached()
        {
            lock (_changed)
            {
                return _isReached || Monitor.Wait(_changed, s_patience);
            }
        }

        private void Hold()
        {
            lock (_changed)
            {
                _isReached = true;
                Monitor.PulseAll(_changed);
                while (!_isOpen)
                {
                    Monitor.Wait(_changed);
                }
            }
        }

        private sealed class Keeper(Gate gate)
        {
            ~Keeper() => gate.Hold();
        }
    }
}
