using SamTune.Imaging;

namespace SamTune.Inference.Automatic;

/// <summary>The crops of a picture, layer by layer, and which masks of a crop are cut off by its edge.</summary>
internal static class CropLayout
{
    // A box this near to an edge of its crop touches it, in pixels (the reference's tolerance).
    private const float EdgeTolerance = 20;

    /// <summary>The whole picture as layer 0, then 2^i x 2^i overlapping crops of each further layer, column by column.</summary>
    /// <param name="size">Size of the picture.</param>
    /// <param name="layers">Layers beside the whole picture.</param>
    /// <param name="overlapShare">Overlap in the first layer as a share of the short side.</param>
    public static IReadOnlyList<(PixelWindow Window, int Layer)> Crops(ImageSize size, int layers, double overlapShare)
    {
        List<(PixelWindow, int)> crops = [(new PixelWindow(0, 0, size.Width, size.Height), 0)];
        int shortSide = Math.Min(size.Height, size.Width);
        for (int layer = 1; layer <= layers; layer++)
        {
            int perSide = 1 << layer;
            int overlap = (int)(overlapShare * shortSide * (2.0 / perSide));
            int width = Length(size.Width, perSide, overlap), height = Length(size.Height, perSide, overlap);
            for (int column = 0; column < perSide; column++)
            {
                for (int row = 0; row < perSide; row++)
                {
                    int x = (width - overlap) * column, y = (height - overlap) * row;
                    // A picture of fewer pixels than crops leaves the last ones empty.
                    if (x < size.Width && y < size.Height)
                    {
                        crops.Add((new PixelWindow(x, y, Math.Min(width, size.Width - x), Math.Min(height, size.Height - y)), layer));
                    }
                }
            }
        }

        return crops;
    }

    /// <summary>Whether a box ends at an edge of its crop that is no edge of the picture: then its object goes on outside.</summary>
    /// <param name="box">Box of a mask, in pixels of the picture.</param>
    /// <param name="crop">The crop it was found in.</param>
    /// <param name="size">Size of the picture.</param>
    public static bool IsCutOff(BoundingBox box, PixelWindow crop, ImageSize size) =>
        Touches(box.X0, crop.X, 0) || Touches(box.Y0, crop.Y, 0) || Touches(box.X1, crop.Right, size.Width) || Touches(box.Y1, crop.Bottom, size.Height);

    private static bool Touches(float side, int cropEdge, int pictureEdge) =>
        Math.Abs(side - cropEdge) <= EdgeTolerance && Math.Abs(side - pictureEdge) > EdgeTolerance;

    private static int Length(int side, int crops, int overlap) => (int)Math.Ceiling((overlap * (crops - 1) + side) / (double)crops);
}
