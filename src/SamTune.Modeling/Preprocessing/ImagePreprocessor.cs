using SamTune.Imaging;
using static TorchSharp.torch;

namespace SamTune.Modeling.Preprocessing;

/// <summary>Pictures to model input, as the reference does it: scale as Pillow does, normalise, then pad with zeros. Extra bands go the same way, by statistics of their own.</summary>
public static class ImagePreprocessor
{
    // Means and deviations of ImageNet in 0..255, as in the reference's build_sam.
    private static ReadOnlySpan<float> Mean => [123.675f, 116.28f, 103.53f];
    private static ReadOnlySpan<float> Deviation => [58.395f, 57.12f, 57.375f];

    /// <summary>Prepares one picture.</summary>
    /// <param name="image">8-bit RGB, with the extra bands that are asked for; further ones are left out.</param>
    /// <param name="inputSide">S, the side of the model's input, in pixels.</param>
    /// <param name="device">Where the tensor goes.</param>
    /// <param name="extra">Mean and deviation of each of the N extra bands, in 8-bit levels; null for none.</param>
    /// <returns>(1, 3 + N, S, S) float32, about -2.2..2.7; the caller disposes it.</returns>
    /// <exception cref="InputException">The picture has fewer extra bands.</exception>
    public static Tensor Prepare(RgbImage image, int inputSide, Device device, IReadOnlyList<BandStatistics>? extra = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.ExtraBands.Count < (extra?.Count ?? 0))
        {
            throw new InputException(
                $"picture: has {image.ExtraBands.Count} band(s) beside red, green and blue, and the adapter takes {extra!.Count}; use a scene that has them, opened by the adapter's recipe.");
        }

        RgbImage used = (extra?.Count ?? 0) == 0 && image.ExtraBands.Count > 0 ? new RgbImage(image.Size, image.Pixels) : image;
        var resized = PillowResize.Bilinear(used, new InputFrame(image.Size, inputSide).Resized);
        return NormaliseAndPad(resized, inputSide, device, extra ?? []);
    }

    /// <summary>Prepares several pictures as one batch, each with the extra bands that its row of the adaptation takes.</summary>
    /// <param name="images">8-bit RGB, of any sizes, with the extra bands that are asked for; at least one.</param>
    /// <param name="inputSide">S, the side of the model's input, in pixels.</param>
    /// <param name="device">Where the tensor goes.</param>
    /// <param name="adaptation">What the batch passes through; says mean and deviation of each of the N extra bands.</param>
    /// <returns>(B, 3 + N, S, S) float32, zero in the channels that a row does not take; the caller disposes it.</returns>
    /// <exception cref="InputException">A picture has fewer extra bands.</exception>
    public static Tensor Prepare(IReadOnlyList<RgbImage> images, int inputSide, Device device, IModelAdaptation adaptation)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(adaptation);
        using var scope = NewDisposeScope();
        int channels = 3 + adaptation.ExtraBands.Count;
        return cat([.. images.Select((image, i) => Fill(Prepare(image, inputSide, device, adaptation.ExtraBandsOf(i)), channels))], 0).MoveToOuterDisposeScope();
    }

    private static Tensor Fill(Tensor image, int channels) =>
        image.shape[1] == channels ? image : nn.functional.pad(image, [0, 0, 0, 0, 0, channels - image.shape[1]]);

    private static Tensor NormaliseAndPad(RgbImage resized, int inputSide, Device device, IReadOnlyList<BandStatistics> extra)
    {
        long plane = (long)inputSide * inputSide;
        var values = new float[(3 + extra.Count) * plane];
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

                for (int b = 0; b < extra.Count; b++)
                {
                    values[(3 + b) * plane + (long)y * inputSide + x] = (float)((resized.ExtraBands[b][pixel / 3] - extra[b].Mean) / extra[b].Deviation);
                }
            }
        }

        using var scope = NewDisposeScope();
        return DeviceCopy.To(tensor(values, [1, 3 + extra.Count, inputSide, inputSide]), device).MoveToOuterDisposeScope();
    }
}
