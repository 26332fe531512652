using SamTune.Adaptation;
using static TorchSharp.torch;

namespace SamTune.Training.Batches;

/// <summary>
/// A forward pass whose backward pass goes part by part, from the last to the first, and lets go of each part's activations and of the gradients inside it before the next. In one graph they would stay until its end: libtorch frees what its own
/// layers saved as it goes, but not what functions written here saved, nor what their backward passes returned.
/// </summary>
/// <remarks>
/// With activation checkpointing (Chen et al. 2016, "Training deep nets with sublinear memory cost") the forward pass keeps what goes into each part and nothing of its inside; the backward pass computes
/// each part once more, with gradients. Random numbers of a part are the same both times. Either way gradients are those of an ordinary pass.
/// </remarks>
internal sealed class BlockwisePass
{
    private readonly IFineTuning _method;
    private readonly Stack<Part> _parts = new();

    /// <summary>Runs the forward pass; what is kept belongs to the caller's dispose scope.</summary>
    /// <param name="parts">What is applied one after the other; a part changes its input in no way.</param>
    /// <param name="input">What goes into the first; needs no gradient, and is disposed in the backward pass.</param>
    /// <param name="method">What is trained; owns the random numbers.</param>
    /// <param name="isCheckpointed">Whether the inside of the parts is computed again instead of kept.</param>
    public BlockwisePass(IReadOnlyList<Func<Tensor, Tensor>> parts, Tensor input, IFineTuning method, bool isCheckpointed)
    {
        _method = method;
        Tensor x = input;
        Trim(input);
        foreach (Func<Tensor, Tensor> part in parts)
        {
            using var scope = NewDisposeScope();
            using var gradients = set_grad_enabled(!isCheckpointed);
            Tensor? random = isCheckpointed ? method.RandomState()?.MoveToOuterDisposeScope() : null;
            Tensor y = part(x);
            _parts.Push(new Part(part, x, random, isCheckpointed ? null : y.MoveToOuterDisposeScope()));

            // A gradient goes no further than to the first part with something to train; which that is shows only where a graph is made.
            x = y.detach().requires_grad_(isCheckpointed || y.requires_grad).MoveToOuterDisposeScope();
            Trim(x);
        }

        Output = x.requires_grad_();
    }

    /// <summary>What leaves the last part; a leaf that collects its gradient.</summary>
    public Tensor Output { get; }

    /// <summary>Carries the gradient of <see cref="Output"/> on to the trained parameters; to be called once, after it was computed.</summary>
    public void Backward()
    {
        Tensor? gradient = Output.grad;
        while (gradient is not null && _parts.TryPop(out Part? part))
        {
            using var scope = NewDisposeScope();
            if (part.Random is not null)
            {
                _method.RestoreRandomState(part.Random);
            }

            Tensor y = part.Output ?? part.Apply(part.Input);
            if (y.requires_grad)
            {
                y.backward([gradient]);
            }

            gradient.Dispose();
            gradient = part.Input.grad?.MoveToOuterDisposeScope();
            y.Dispose();
            part.Input.Dispose();
            if (gradient is not null)
            {
                Trim(gradient);
            }
        }
    }

    private static void Trim(Tensor passed)
    {
        if (passed.numel() * passed.element_size() >= NativeHeap.TrimmedFrom)
        {
            NativeHeap.Trim();
        }
    }

    private sealed record Part(Func<Tensor, Tensor> Apply, Tensor Input, Tensor? Random, Tensor? Output);
}
