using SamTune.Adaptation;
using static TorchSharp.torch;

namespace SamTune.Training.Batches;

/// <summary>
/// Activation checkpointing (Chen et al. 2016, "Training deep nets with sublinear memory cost"): the forward pass keeps what goes into each part and nothing of its inside; the backward pass computes
/// each part once more, with gradients, from the last to the first. Gradients are those of an ordinary pass; random numbers of a part are the same both times.
/// </summary>
internal sealed class CheckpointedPass
{
    private readonly IReadOnlyList<Func<Tensor, Tensor>> _parts;
    private readonly IFineTuning _method;
    private readonly (Tensor Input, Tensor? Random)[] _kept;

    /// <summary>Runs the forward pass; what is kept belongs to the caller's dispose scope.</summary>
    /// <param name="parts">What is applied one after the other; a part changes its input in no way.</param>
    /// <param name="input">What goes into the first; needs no gradient.</param>
    /// <param name="method">What is trained; owns the random numbers.</param>
    public CheckpointedPass(IReadOnlyList<Func<Tensor, Tensor>> parts, Tensor input, IFineTuning method)
    {
        _parts = parts;
        _method = method;
        _kept = new (Tensor, Tensor?)[parts.Count];
        Tensor x = input;
        for (int i = 0; i < parts.Count; i++)
        {
            _kept[i] = (x, method.RandomState());
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            x = parts[i](x).detach().MoveToOuterDisposeScope();
        }

        Output = x.requires_grad_();
    }

    /// <summary>What leaves the last part; a leaf that collects its gradient.</summary>
    public Tensor Output { get; }

    /// <summary>Carries the gradient of <see cref="Output"/> on to the trained parameters; to be called once, after it was computed.</summary>
    public void Backward()
    {
        Tensor? gradient = Output.grad;
        for (int i = _parts.Count - 1; i >= 0 && gradient is not null; i--)
        {
            using var scope = NewDisposeScope();
            (Tensor input, Tensor? random) = _kept[i];
            var x = i > 0 ? input.detach().requires_grad_() : input;
            if (random is not null)
            {
                _method.RestoreRandomState(random);
            }

            var y = _parts[i](x);
            if (y.requires_grad)
            {
                y.backward([gradient]);
            }

            gradient.Dispose();
            gradient = i > 0 ? x.grad?.MoveToOuterDisposeScope() : null;
        }
    }
}
