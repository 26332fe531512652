using SamTune.Imaging;
using static TorchSharp.torch;

namespace SamTune.Modeling.Preprocessing;

/// <summary>Pictures to model input, as the reference does it: scale as Pillow does, normalise, then pad with zeros.</summary>
public static class ImagePreprocessor
{
    // Means and deviations of ImageNet in 0..255, as in the reference's build_sam.
    internal static ReadOnlySpan<float> Mean => [123.675f, 116.28f, 103.53f];
    internal static ReadOnlySpan<float> Deviation => [58.395f, 57.12f, 57.375f];

    /// <summary>Prepares one picture.</summary>
    /// <param name="image">8-bit RGB.</param>
    /// <param name="inputSide">S, the side of the model's input, in pixels.</param>
    /// <param name="device">Where the tensor goes.</param>
    /// <returns>(1, 3, S, S) float32, about -2.2..2.7; the caller disposes it.</returns>
    public static Tensor Prepare(RgbImage image, int inputSide, Device device)
    {
        var resized = PillowResize.Bilinear(image, new InputFrame(image.Size, inputSide).Resized);
        return NormaliseAndPad(resized, inputSide, device);
    }

    /// <summary>Prepares several pictures as one batch.</summary>
    /// <param name="images">8-bit RGB, of any sizes; at least one.</param>
    /// <param name="inputSide">S, the side of the model's input, in pixels.</param>
    /// <param name="device">Where the tensor goes.</param>
    /// <returns>(B, 3, S, S) float32; the caller disposes it.</returns>
    public static Tensor Prepare(IEnumerable<RgbImage> images, int inputSide, Device device)
    {
        using var scope = NewDisposeScope();
        return cat([.. images.Select(image => Prepare(image, inputSide, device))], 0).MoveToOuterDisposeScope();
    }

    private static Tensor NormaliseAndPad(RgbImage resized, int inputSide, Device device)
    {
        long plane = (long)inputSide * inputSide;
        var values = new float[3 * plane];
        (int height, int width) = resized.Size;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int pixel = 3 * (y * width + x);
                for (int c = 0; c < 3; c++)
                {
                    values[c * plane + (long)y * inputSide + x] = (resized.Pixels[pixel + c] - Mean[c]) / Deviation[c];
                }
            }
        }

        return tensor(values, [1, 3, inputSide, inputSide], device: device);
    }
}
