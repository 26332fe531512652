using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Imaging.Filters;

namespace SamTune.Inference.Scenes;

/// <summary>
/// A tile of a scene and the picture that the model sees of it, which has more or fewer pixels where the recipe brings scenes to another ground resolution: takes prompts there and masks back.
/// The outer edges of the first and last pixel are the same in both.
/// </summary>
/// <param name="window">The tile, in pixels of the scene.</param>
/// <param name="picture">Size of the picture, in pixels.</param>
internal sealed class TileView(PixelWindow window, ImageSize picture)
{
    private readonly double _across = (double)picture.Width / window.Width;
    private readonly double _down = (double)picture.Height / window.Height;

    private bool IsSame => picture == window.Size;

    /// <summary>A prompt in pixels of the tile, in pixels of the picture.</summary>
    public PromptSet ToPicture(PromptSet prompt)
    {
        if (IsSame)
        {
            return prompt;
        }

        return prompt with { Box = prompt.Box is { } box ? ToPicture(box) : null, Points = [.. prompt.Points.Select(ToPicture)] };
    }

    /// <summary>Logits of the picture's pixels, (H, W) row-major, as those of the tile's.</summary>
    public float[] ToTile(float[] logits) =>
        IsSame ? logits : RasterResize.Linear(new Raster(picture, 1, logits, SampleKind.Float32), window.Size).Samples;

    /// <summary>A mask of the picture as one of the tile: the pixels that it covers at least half.</summary>
    public BinaryMask ToTile(BinaryMask mask)
    {
        if (IsSame)
        {
            return mask;
        }

        float[] shares = RasterResize.Linear(new Raster(picture, 1, Array.ConvertAll(mask.Pixels, p => p != 0 ? 1f : 0f), SampleKind.UInt8), window.Size).Samples;
        return new BinaryMask(window.Size, Array.ConvertAll(shares, s => s >= 0.5f ? (byte)1 : (byte)0));
    }

    // Corners are pixels that belong to the box: from the left edge of its first to the right edge of its last.
    private BoundingBox ToPicture(BoundingBox box)
    {
        (float x0, float x1) = Between(box.X0, box.X1, _across, picture.Width);
        (float y0, float y1) = Between(box.Y0, box.Y1, _down, picture.Height);
        return new BoundingBox(x0, y0, x1, y1);
    }

    private static (float First, float Last) Between(float first, float last, double scale, int length)
    {
        double start = first * scale, end = ((last + 1) * scale) - 1;
        if (end < start)
        {
            // Narrower than a pixel of the picture.
            start = end = (start + end) / 2;
        }

        return ((float)Math.Clamp(start, 0, length - 1), (float)Math.Clamp(end, 0, length - 1));
    }

    // A click is on the middle of its pixel.
    private PointPrompt ToPicture(PointPrompt point) => point with
    {
        X = (float)Math.Clamp(((point.X + 0.5) * _across) - 0.5, 0, picture.Width - 1),
        Y = (float)Math.Clamp(((point.Y + 0.5) * _down) - 0.5, 0, picture.Height - 1),
    };
}
