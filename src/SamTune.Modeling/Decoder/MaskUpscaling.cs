using SamTune.Modeling.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Modeling.Decoder;

/// <summary>
/// Enlarges the image tokens four times and applies one filter a mask. The two transposed convolutions have stride and kernel 2, so every token becomes
/// its own 2 x 2 block: a linear layer. All is computed token by token, and only the finished masks are put in the order of pixels; on CPUs that is several times
/// faster than the convolutions and exact.
/// </summary>
public sealed class MaskUpscaling : nn.Module
{
    [ComponentName(Name = "0")]
    private readonly ConvTranspose2d _first;

    [ComponentName(Name = "1")]
    private readonly LayerNorm2d _norm;

    [ComponentName(Name = "3")]
    private readonly ConvTranspose2d _second;

    /// <summary>Creates the layers with fresh weights.</summary>
    /// <param name="width">C, the token width; a multiple of 8.</param>
    public MaskUpscaling(long width)
        : base("output_upscaling")
    {
        _first = nn.ConvTranspose2d(width, width / 4, kernel_size: 2, stride: 2);
        _norm = new LayerNorm2d(width / 4);
        _second = nn.ConvTranspose2d(width / 4, width / 8, kernel_size: 2, stride: 2);
        RegisterComponents();
    }

    /// <summary>The masks of each prompt.</summary>
    /// <param name="tokens">Image tokens of each prompt in reading order, (P, g*g, C).</param>
    /// <param name="filters">One filter a mask, (P, M, C/8).</param>
    /// <returns>Low-res logits, (P, M, 4g, 4g); the caller disposes them.</returns>
    public Tensor Forward(Tensor tokens, Tensor filters)
    {
        using var scope = NewDisposeScope();
        long prompts = tokens.shape[0], masks = filters.shape[1], grid = (long)Math.Sqrt(tokens.shape[1]);
        var x = nn.functional.gelu(_norm.OverLastAxis(Enlarge(_first, tokens)));
        x = nn.functional.gelu(Enlarge(_second, x));

        // (P, g, g, 2, 2, 2, 2, M): row, column, then the halvings of each, from coarse to fine.
        var logits = matmul(x.reshape(prompts, grid * grid * 16, -1), filters.transpose(1, 2));
        return logits.reshape(prompts, grid, grid, 2, 2, 2, 2, masks).permute(0, 7, 1, 3, 5, 2, 4, 6)
            .reshape(prompts, masks, 4 * grid, 4 * grid).MoveToOuterDisposeScope();
    }

    // (..., in) -> (..., 4, out), the 4 being row and column within the block.
    private static Tensor Enlarge(ConvTranspose2d layer, Tensor input)
    {
        var weight = layer.weight!;
        long output = weight.shape[1];
        var matrix = weight.permute(2, 3, 1, 0).reshape(4 * output, weight.shape[0]);
        var shape = input.shape;
        return Autocast.Apply(matrix, layer.bias!.repeat(4), input).reshape([.. shape[..^1], 4, output]);
    }
}
