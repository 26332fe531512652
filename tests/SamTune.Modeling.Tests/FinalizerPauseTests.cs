using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SamTune.Modeling.Tests;

public sealed class FinalizerPauseTests
{
    private const int Objects = 100;

    [Fact]
    public void Nothing_is_finalised_within_a_pause_and_everything_after_it()
    {
        var count = new Count();
        using (FinalizerPause.Start())
        {
            LetGo(count);
            CollectOften();
            Assert.Equal(0, count.Value);
        }

        GC.WaitForPendingFinalizers();
        Assert.Equal(Objects, count.Value);
    }

    [Fact]
    public void A_pause_lasts_until_the_last_of_those_that_overlap_is_over()
    {
        var count = new Count();
        FinalizerPause first = FinalizerPause.Start();
        var other = new Thread(() => FinalizerPause.Start().Dispose());
        other.Start();
        other.Join();
        using (FinalizerPause.Start())
        {
            first.Dispose();
            first.Dispose();
            LetGo(count);
            CollectOften();
            Assert.Equal(0, count.Value);
        }

        GC.WaitForPendingFinalizers();
        Assert.Equal(Objects, count.Value);
    }

    [Fact]
    public void Collections_of_other_threads_do_not_free_numbers_in_use()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        var collecting = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
            }
        });
        collecting.Start();
        using var one = ones(1);
        while (!stop.IsCancellationRequested)
        {
            using var pause = FinalizerPause.Start();
            using var scope = NewDisposeScope();
            for (int i = 0; i < 200; i++)
            {
                Assert.Equal(3.5f, (one * 2.5 + 1).item<float>());
            }
        }

        collecting.Join();
    }

    private static void CollectOften()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            Thread.Sleep(20);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LetGo(Count count)
    {
        for (int i = 0; i < Objects; i++)
        {
            _ = new Counted(count);
        }
    }

    private sealed class Count
    {
        public int Value;
    }

    private sealed class Counted(Count count)
    {
        ~Counted() => Interlocked.Increment(ref count.Value);
    }
}
