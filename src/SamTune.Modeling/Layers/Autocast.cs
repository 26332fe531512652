using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Modeling.Layers;

/// <summary>
/// Mixed precision for the linear layers of a model and the encoder's attention: inside the scope their products run in bfloat16 while weights, gradients of weights, norms, softmax and losses stay float32. On
/// processors with bfloat16 instructions (AVX512-BF16, AMX) a product takes a third of the time; on others it is slower. Results differ from float32 in the third digit.
/// </summary>
/// <remarks>Holds for the calling thread, like <c>no_grad</c>; scopes may be nested.</remarks>
public sealed class Autocast : IDisposable
{
    [ThreadStatic]
    private static ScalarType? s_current;

    private readonly ScalarType? _before;

    private Autocast(ScalarType? type)
    {
        _before = s_current;
        s_current = type;
    }

    /// <summary>Starts a scope; disposing ends it.</summary>
    /// <param name="enabled">False for plain float32, so that a caller needs no branch.</param>
    public static Autocast BFloat16(bool enabled = true) => new(enabled ? ScalarType.BFloat16 : null);

    /// <summary>Type of the factors of a product in the scope of this thread.</summary>
    internal static ScalarType Current => s_current ?? ScalarType.Float32;

    /// <inheritdoc/>
    public void Dispose() => s_current = _before;

    /// <summary>Applies a linear layer in the precision of the scope.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">(..., in), float32 or as <see cref="ApplyWithin"/> left it.</param>
    /// <returns>(..., out), float32; the caller disposes it.</returns>
    internal static Tensor Apply(Linear layer, Tensor input) => Apply(layer.weight!, layer.bias, input);

    /// <summary>Applies a weight matrix and a bias in the precision of the scope.</summary>
    /// <param name="weight">(out, in).</param>
    /// <param name="bias">(out); null for none.</param>
    /// <param name="input">(..., in), float32 or as <see cref="ApplyWithin"/> left it.</param>
    /// <returns>(..., out), float32; the caller disposes it.</returns>
    internal static Tensor Apply(Tensor weight, Tensor? bias, Tensor input)
    {
        using var scope = NewDisposeScope();
        return Product(weight, bias, input).to(float32).MoveToOuterDisposeScope();
    }

    /// <summary>The same without the way back to float32: for values that only the next layer sees. Widening them takes nearly a third of the time of the product.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">(..., in), float32.</param>
    /// <returns>(..., out) in the precision of the scope; the caller disposes it.</returns>
    internal static Tensor ApplyWithin(Linear layer, Tensor input)
    {
        using var scope = NewDisposeScope();
        return Product(layer.weight!, layer.bias, input).MoveToOuterDisposeScope();
    }

    private static Tensor Product(Tensor weight, Tensor? bias, Tensor input) => s_current is { } type
        ? nn.functional.linear(input.to(type), weight.to(type), bias?.to(type))
        : LinearProduct.Of(weight, bias, input);
}
