using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace SamTune.Modeling.Layers;

/// <summary>
/// input x weight^T + bias in float32 by the faster of two libraries inside libtorch. Its matrix products go to MKL, which holds back on processors not made by Intel; a convolution with a kernel of 1 x 1 is
/// the same sum and goes to oneDNN, which does not. Tokens lie as a convolution wants them (channels last), so nothing is copied. Which of the two is used follows from the layer, never from the size of the batch, so that a
/// picture gives the same numbers alone and among others.
/// </summary>
internal static class LinearProduct
{
    // (B, H, W, C): the encoder's maps of tokens. Elsewhere there are few rows, and setting up the convolution costs more than it saves.
    private const int MapDimensions = 4;

    // Narrower layers take little time either way. A convolution sums in another order: its rounding error is up to three times that of MKL's product.
    private const long FewestInputs = 512;

    private static readonly bool s_isAmd = IsMadeByAmd();

    /// <summary>Applies a weight matrix and a bias.</summary>
    /// <param name="weight">(out, in), float32.</param>
    /// <param name="bias">(out); null for none.</param>
    /// <param name="input">(..., in), float32.</param>
    /// <returns>(..., out), float32; the caller disposes it.</returns>
    public static Tensor Of(Tensor weight, Tensor? bias, Tensor input) =>
        s_isAmd && input.device_type == TorchSharp.DeviceType.CPU && input.dim() == MapDimensions && weight.shape[1] >= FewestInputs
            ? ConvolutionProduct.Of(weight, bias, input)
            : nn.functional.linear(input, weight, bias);

    // CPUID leaf 0 spells the vendor in EBX, EDX, ECX: "Auth" "enti" "cAMD" (AMD64 Architecture Programmer's Manual, volume 3, appendix E.3.1).
    private static bool IsMadeByAmd() => X86Base.IsSupported && X86Base.CpuId(0, 0) is (_, 0x68747541, 0x444D4163, 0x69746E65);
}
