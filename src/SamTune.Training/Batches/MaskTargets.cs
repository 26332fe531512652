using SamTune.Imaging;
using SamTune.Imaging.Filters;
using SamTune.Modeling;
using SamTune.Modeling.Preprocessing;
using static TorchSharp.torch;

namespace SamTune.Training.Batches;

/// <summary>True masks in the model's frame: scaled by the nearest pixel like the picture, zero in the padding and where the picture holds no measurement.</summary>
public sealed class MaskTargets : IDisposable
{
    private MaskTargets(Tensor masks, Tensor valid)
    {
        Masks = masks.DetachFromDisposeScope();
        Valid = valid.DetachFromDisposeScope();
    }

    /// <summary>0 or 1, (P, 1, S, S) float32.</summary>
    public Tensor Masks { get; }

    /// <summary>1 inside the picture, 0 in the padding and on pixels without a measurement, (P, 1, S, S) float32.</summary>
    public Tensor Valid { get; }

    /// <summary>Builds the targets of some objects.</summary>
    /// <param name="objects">Where each object's picture lies, its mask, and the picture's pixels that hold no measurement; at least one.</param>
    /// <param name="device">Where the tensors go.</param>
    /// <returns>The targets; the caller disposes them.</returns>
    public static MaskTargets Build(IReadOnlyList<(InputFrame Frame, BinaryMask Mask, BinaryMask? Missing)> objects, Device device)
    {
        int side = objects[0].Frame.InputSide, plane = side * side;
        var masks = new byte[objects.Count * plane];
        var valid = new byte[objects.Count * plane];
        for (int i = 0; i < objects.Count; i++)
        {
            (int height, int width) = objects[i].Frame.Resized;
            byte[] scaled = NearestResize.Apply(objects[i].Mask, objects[i].Frame.Resized).Pixels;
            byte[]? missing = objects[i].Missing is { } none ? NearestResize.Apply(none, objects[i].Frame.Resized).Pixels : null;
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    byte counts = missing is null || missing[y * width + x] == 0 ? (byte)1 : (byte)0;
                    masks[i * plane + y * side + x] = counts == 1 ? scaled[y * width + x] : (byte)0;
                    valid[i * plane + y * side + x] = counts;
                }
            }
        }

        long[] shape = [objects.Count, 1, side, side];
        using var scope = NewDisposeScope();
        return new MaskTargets(Numbers(masks), Numbers(valid));

        // As bytes, which are a quarter to copy.
        Tensor Numbers(byte[] values) => DeviceCopy.To(tensor(values, shape), device).to(float32);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Masks.Dispose();
        Valid.Dispose();
    }
}
