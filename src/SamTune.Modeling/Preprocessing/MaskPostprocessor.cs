using static TorchSharp.torch;

namespace SamTune.Modeling.Preprocessing;

/// <summary>Low-res logits to logits in the picture's own size: up to the model's input, padding cut off, then to the original size, each step bilinear.</summary>
public static class MaskPostprocessor
{
    /// <summary>Scales masks of one picture.</summary>
    /// <param name="lowRes">Low-res logits, (P, M, S/4, S/4).</param>
    /// <param name="frame">Where the picture lies in the input.</param>
    /// <returns>Logits, (P, M, H, W) of the original picture; the caller disposes it.</returns>
    public static Tensor ToOriginal(Tensor lowRes, InputFrame frame)
    {
        using var scope = NewDisposeScope();
        var input = nn.functional.interpolate(lowRes, [frame.InputSide, frame.InputSide], mode: InterpolationMode.Bilinear, align_corners: false);
        var valid = input.narrow(2, 0, frame.Resized.Height).narrow(3, 0, frame.Resized.Width);
        return nn.functional.interpolate(valid, [frame.Original.Height, frame.Original.Width], mode: InterpolationMode.Bilinear, align_corners: false)
            .MoveToOuterDisposeScope();
    }
}
