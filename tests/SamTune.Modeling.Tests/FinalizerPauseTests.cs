using System.Runtime.CompilerServices;
using TorchSharp;
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
    public void A_number_that_met_a_tensor_is_freed_only_after_the_pause()
    {
        WeakReference number;
        using (FinalizerPause.Start())
        {
            number = Multiply();
            CollectOften();
            Assert.True(number.IsAlive);
        }

        GC.WaitForPendingFinalizers();
        CollectOften();
        Assert.False(number.IsAlive);
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

    // The reference lasts until the finaliser has run.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Multiply()
    {
        using var scope = NewDisposeScope();
        Scalar number = 2.5;
        Assert.Equal(2.5f, (ones(1) * number).item<float>());
        return new WeakReference(number, trackResurrection: true);
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
