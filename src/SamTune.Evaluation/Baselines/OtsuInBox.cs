using SamTune.Imaging;

namespace SamTune.Evaluation.Baselines;

/// <summary>
/// Thresholding inside the box: the level that separates the box's grey levels best into two classes (Otsu 1979), and of the two the class
/// on whose side the true object's mean level lies. The polarity therefore looks at the truth; that favours the baseline, so a model that
/// beats it has beaten more than thresholding.
/// </summary>
public static class OtsuInBox
{
    private const int Levels = 256;

    /// <summary>Thresholds the tight box around the true object.</summary>
    /// <param name="image">8-bit picture; colours are turned to luma.</param>
    /// <param name="truth">The true object, of the picture's size.</param>
    /// <returns>
    /// A mask of the same size, without a pixel outside the box; empty when the object is; the whole box when it has a single level.
    /// </returns>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static BinaryMask Predict(RgbImage image, BinaryMask truth)
    {
        if (image.Size != truth.Size)
        {
            throw new ArgumentException($"A mask has its picture's size; got {truth.Size} for a picture of {image.Size}.", nameof(truth));
        }

        BinaryMask box = FilledBox.Predict(truth);
        if (box.Area == 0)
        {
            return box;
        }

        var histogram = new long[Levels];
        long insideSum = 0;
        for (int i = 0; i < box.Pixels.Length; i++)
        {
            if (box.Pixels[i] != 0)
            {
                byte level = GrayLevels.At(image, i);
                histogram[level]++;
                insideSum += truth.Pixels[i] != 0 ? level : 0;
            }
        }

        if (Threshold(histogram) is not { } threshold)
        {
            return box;
        }

        bool isBright = (double)insideSum / truth.Area > threshold;
        var pixels = new byte[box.Pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = box.Pixels[i] != 0 && (GrayLevels.At(image, i) > threshold) == isBright ? (byte)1 : (byte)0;
        }

        return new BinaryMask(truth.Size, pixels);
    }

    // The last level of the darker class where the variance between the classes is largest; null when there is one level only.
    private static int? Threshold(ReadOnlySpan<long> histogram)
    {
        long total = 0, totalSum = 0;
        for (int level = 0; level < Levels; level++)
        {
            total += histogram[level];
            totalSum += level * histogram[level];
        }

        int? best = null;
        double bestVariance = -1;
        long dark = 0, darkSum = 0;
        for (int level = 0; level < Levels; level++)
        {
            dark += histogram[level];
            darkSum += level * histogram[level];
            if (dark == 0 || dark == total)
            {
                continue;
            }

            double difference = (double)darkSum / dark - (double)(totalSum - darkSum) / (total - dark);
            double variance = (double)dark * (total - dark) * difference * difference;
            if (variance > bestVariance)
            {
                bestVariance = variance;
                best = level;
            }
        }

        return best;
    }
}
