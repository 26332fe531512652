using SamTune.Imaging;

namespace SamTune.Evaluation.Baselines;

/// <summary>
/// Copying: the mask of the nearest training picture, unchanged. What a model scores above it was not got by remembering where the object
/// usually lies.
/// </summary>
public static class NearestTrainingMask
{
    // Side of the thumbnails that pictures are compared by: coarse enough to ignore texture, fine enough to see the layout.
    private const int ThumbnailSide = 32;

    /// <summary>The mask whose position (slice number, millimetres) is nearest; of two equally near ones the earlier in the list.</summary>
    /// <param name="position">Where the asked picture lies.</param>
    /// <param name="training">At least one position with its mask.</param>
    /// <returns>The training mask itself, not a copy.</returns>
    /// <exception cref="ArgumentException">The list is empty.</exception>
    public static BinaryMask ByPosition(double position, IReadOnlyList<(double Position, BinaryMask Mask)> training)
    {
        RequireAny(training.Count);
        return training.MinBy(t => Math.Abs(t.Position - position)).Mask;
    }

    /// <summary>
    /// The mask of the picture that looks most alike: smallest mean squared difference of grey 32x32 thumbnails; of two equally like ones
    /// the earlier in the list. For pictures without an order.
    /// </summary>
    /// <param name="image">The asked picture, 8-bit.</param>
    /// <param name="training">At least one picture with its mask, of any size.</param>
    /// <returns>The training mask, brought to the asked picture's size by nearest neighbour where the sizes differ.</returns>
    /// <exception cref="ArgumentException">The list is empty.</exception>
    public static BinaryMask ByAppearance(RgbImage image, IReadOnlyList<(RgbImage Image, BinaryMask Mask)> training)
    {
        RequireAny(training.Count);
        double[] asked = Thumbnail(image);
        return Resize(training.MinBy(t => Difference(asked, Thumbnail(t.Image))).Mask, image.Size);
    }

    private static void RequireAny(int count)
    {
        if (count == 0)
        {
            throw new ArgumentException("Copying a training mask needs at least one.");
        }
    }

    // Mean grey level of each cell; a cell of a picture smaller than the thumbnail is the one pixel it falls on.
    private static double[] Thumbnail(RgbImage image)
    {
        var cells = new double[ThumbnailSide * ThumbnailSide];
        for (int row = 0, cell = 0; row < ThumbnailSide; row++)
        {
            (int y0, int y1) = Span(row, image.Size.Height);
            for (int column = 0; column < ThumbnailSide; column++, cell++)
            {
                (int x0, int x1) = Span(column, image.Size.Width);
                long sum = 0;
                for (int y = y0; y < y1; y++)
                {
                    for (int x = x0; x < x1; x++)
                    {
                        sum += GrayLevels.At(image, y * image.Size.Width + x);
                    }
                }

                cells[cell] = (double)sum / ((y1 - y0) * (x1 - x0));
            }
        }

        return cells;
    }

    private static (int Start, int End) Span(int cell, int length)
    {
        int start = (int)((long)cell * length / ThumbnailSide);
        int end = (int)((cell + 1L) * length / ThumbnailSide);
        return (start, Math.Max(end, start + 1));
    }

    private static double Difference(double[] first, double[] second)
    {
        double sum = 0;
        for (int i = 0; i < first.Length; i++)
        {
            double difference = first[i] - second[i];
            sum += difference * difference;
        }

        return sum;
    }

    private static BinaryMask Resize(BinaryMask mask, ImageSize size)
    {
        if (mask.Size == size)
        {
            return mask;
        }

        var pixels = new byte[size.PixelCount];
        for (int y = 0, i = 0; y < size.Height; y++)
        {
            int sourceY = (int)((2L * y + 1) * mask.Size.Height / (2L * size.Height));
            for (int x = 0; x < size.Width; x++, i++)
            {
                int sourceX = (int)((2L * x + 1) * mask.Size.Width / (2L * size.Width));
                pixels[i] = mask[sourceY, sourceX] ? (byte)1 : (byte)0;
            }
        }

        return new BinaryMask(size, pixels);
    }
}
