using SamTune.Imaging;

namespace SamTune.Modeling.Preprocessing;

/// <summary>
/// Where a picture lies in the model's square input: scaled so that its long side fills the input, in the upper left corner, padded with zeros
/// at the right and below (the reference's ResizeLongestSide).
/// </summary>
/// <param name="Original">Size of the picture, in pixels.</param>
/// <param name="InputSide">S, the side of the model's input, in pixels.</param>
/// <param name="PatchSize">Side of the model's patches, in pixels.</param>
public readonly record struct InputFrame(ImageSize Original, int InputSide, int PatchSize = 16)
{
    /// <summary>Size of the scaled picture within the input, rounded half up.</summary>
    public ImageSize Resized
    {
        get
        {
            double scale = (double)InputSide / Original.LongSide;
            return new ImageSize(Math.Max(1, (int)(Original.Height * scale + 0.5)), Math.Max(1, (int)(Original.Width * scale + 0.5)));
        }
    }

    /// <summary>Side of the low-res logits: four for each patch, a quarter of the input at SAM's patch size of 16.</summary>
    public int LowResSide => 4 * (InputSide / PatchSize);

    /// <summary>Maps pixel coordinates of the original picture to the model's frame.</summary>
    /// <param name="x">Column.</param>
    /// <param name="y">Row.</param>
    public (float X, float Y) ToModel(float x, float y) =>
        ((float)(x * ((double)Resized.Width / Original.Width)), (float)(y * ((double)Resized.Height / Original.Height)));
}
