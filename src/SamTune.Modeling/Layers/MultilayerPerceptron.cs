using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Modeling.Layers;

/// <summary>A stack of linear layers with ReLU between: SAM's hypernetworks and IoU head.</summary>
public sealed class MultilayerPerceptron : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "layers")]
    private readonly ModuleList<Linear> _layers;

    /// <summary>Creates the layers.</summary>
    /// <param name="input">Features in.</param>
    /// <param name="hidden">Features between.</param>
    /// <param name="output">Features out.</param>
    /// <param name="depth">Number of linear layers, at least 1.</param>
    public MultilayerPerceptron(long input, long hidden, long output, int depth)
        : base(nameof(MultilayerPerceptron))
    {
        _layers = new ModuleList<Linear>([.. Enumerable.Range(0, depth)
            .Select(i => nn.Linear(i == 0 ? input : hidden, i == depth - 1 ? output : hidden))]);
        RegisterComponents();
    }

    /// <summary>Applies the stack; no activation after the last layer.</summary>
    /// <param name="input">(..., input features).</param>
    /// <returns>(..., output features); the caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input;
        for (int i = 0; i < _layers.Count; i++)
        {
            x = _layers[i].call(x);
            x = i < _layers.Count - 1 ? nn.functional.relu(x) : x;
        }

        return x.MoveToOuterDisposeScope();
    }
}
