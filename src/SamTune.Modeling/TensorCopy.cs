using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SamTune.Modeling;

/// <summary>Moves numbers between tensors and plain memory.</summary>
public static class TensorCopy
{
    /// <summary>Overwrites a tensor, whatever its device; the numbers pass through memory of the tensor's size at most.</summary>
    /// <param name="destination">Contiguous float32 tensor.</param>
    /// <param name="fill">Writes the values, row-major.</param>
    public static void Fill(Tensor destination, SpanAction fill)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        if (destination.device_type == DeviceType.CPU)
        {
            fill(MemoryMarshal.Cast<byte, float>(destination.bytes));
            return;
        }

        var host = empty(destination.shape, dtype: float32);
        fill(MemoryMarshal.Cast<byte, float>(host.bytes));
        destination.copy_(host);
    }

    /// <summary>A tensor's values as float32, row-major.</summary>
    /// <param name="source">Any device, element type and layout.</param>
    public static float[] ToArray(Tensor source)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        return source.detach().to(float32).cpu().contiguous().data<float>().ToArray();
    }

    /// <summary>Hands over a tensor's values as float32, row-major; where they lie in main memory like that, without a copy.</summary>
    /// <param name="source">Any device, element type and layout.</param>
    /// <param name="use">Reads the values, which are there until it returns.</param>
    public static void Read(Tensor source, ReadOnlySpanAction use)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        use(MemoryMarshal.Cast<byte, float>(source.detach().to(float32).cpu().contiguous().bytes));
    }

    /// <summary>Writes row-major values.</summary>
    /// <param name="values">Where to.</param>
    public delegate void SpanAction(Span<float> values);

    /// <summary>Reads row-major values.</summary>
    /// <param name="values">Where from.</param>
    public delegate void ReadOnlySpanAction(ReadOnlySpan<float> values);
}
