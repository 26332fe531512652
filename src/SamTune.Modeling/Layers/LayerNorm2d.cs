using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Modeling.Layers;

/// <summary>Layer normalisation over the channels of each location of a (B, C, H, W) map; eps 1e-6 everywhere in SAM.</summary>
public sealed class LayerNorm2d : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-6;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    /// <summary>Creates the layer with weight 1 and bias 0.</summary>
    /// <param name="channels">C.</param>
    public LayerNorm2d(long channels)
        : base(nameof(LayerNorm2d))
    {
        _weight = new Parameter(ones(channels));
        _bias = new Parameter(zeros(channels));
        RegisterComponents();
    }

    /// <summary>Normalises.</summary>
    /// <param name="input">(B, C, H, W).</param>
    /// <returns>(B, C, H, W); the caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return OverLastAxis(input.permute(0, 2, 3, 1)).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>Normalises where the channels are the last axis.</summary>
    /// <param name="input">(..., C).</param>
    /// <returns>(..., C); the caller disposes it.</returns>
    public Tensor OverLastAxis(Tensor input) => nn.functional.layer_norm(input, [_weight.shape[0]], _weight, _bias, Epsilon);
}
