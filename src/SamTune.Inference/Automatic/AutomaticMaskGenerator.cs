using SamTune.Data.Prompts;
using SamTune.Imaging;

namespace SamTune.Inference.Automatic;

/// <summary>
/// Segments everything in a picture without a prompt (Kirillov et al. 2023, arXiv:2304.02643, appendix B): a grid of clicks over the picture and, if asked for, over
/// overlapping crops of it; of all masks those remain that the model expects to be good, that depend little on the threshold, that no crop cuts off and
/// that lie over no better one.
/// </summary>
/// <param name="predictor">The model; its picture is replaced.</param>
/// <param name="options">What is kept.</param>
public sealed class AutomaticMaskGenerator(SamPredictor predictor, AutomaticMaskOptions options)
{
    /// <summary>Segments a picture.</summary>
    /// <param name="image">8-bit RGB, of any size.</param>
    /// <param name="progress">Told after every batch of clicks.</param>
    /// <param name="cancel">Stops between batches.</param>
    /// <returns>
    /// The objects, the highest predicted IoU first; with crops those of the smallest crops first, and with a minimum region area those that it left alone first, as the reference orders them.
    /// </returns>
    /// <exception cref="InputException">An option is out of its range.</exception>
    public IReadOnlyList<AutomaticMask> Generate(RgbImage image, IProgress<AutomaticMaskProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        options.Validate();
        IReadOnlyList<(PixelWindow Window, int Layer)> crops = CropLayout.Crops(image.Size, options.CropLayers, options.CropOverlap);
        int total = crops.Sum(c => options.PointsOf(c.Layer) * options.PointsOf(c.Layer)), done = 0;
        List<AutomaticMask> masks = [];
        foreach ((PixelWindow window, int layer) in crops)
        {
            cancel.ThrowIfCancellationRequested();
            predictor.SetImage(window.Size == image.Size ? image : image.Cut(window));
            List<AutomaticMask> found = [];
            foreach (PointPrompt[] points in PointGrid.Over(window.Size, options.PointsOf(layer)).Chunk(options.PointsPerBatch))
            {
                cancel.ThrowIfCancellationRequested();
                predictor.PredictAlternatives(
                    [.. points.Select(p => new PromptSet { Points = [p] })],
                    options.PredictedIouThreshold > 0 ? (float)options.PredictedIouThreshold : float.NegativeInfinity,
                    (p, mask) =>
                    {
                        if (Accept(mask, points[p], window, image.Size) is { } accepted)
                        {
                            found.Add(accepted);
                        }
                    });
                done += points.Length;
                progress?.Report(new AutomaticMaskProgress(done, total, masks.Count + found.Count));
            }

            masks.AddRange(Suppress(found, m => m.PredictedIou, options.BoxOverlapThreshold));
        }

        if (crops.Count > 1)
        {
            masks = Suppress(masks, m => 1.0 / m.Crop.Size.PixelCount, options.CropOverlapThreshold);
        }

        return options.MinimumRegionArea > 0 ? Clean(masks) : masks;
    }

    /// <summary>A mask of a crop in the picture's coordinates; null where it is unstable, empty or cut off by the crop's edge.</summary>
    internal AutomaticMask? Accept(PredictedMask mask, PointPrompt point, PixelWindow window, ImageSize size)
    {
        float stability = mask.Stability((float)options.StabilityOffset);
        BinaryMask pixels = mask.ToBinaryMask();
        if ((options.StabilityThreshold > 0 && stability < options.StabilityThreshold) || pixels.Bounds() is not { } inner)
        {
            return null;
        }

        var box = new BoundingBox(inner.X0 + window.X, inner.Y0 + window.Y, inner.X1 + window.X, inner.Y1 + window.Y);
        return CropLayout.IsCutOff(box, window, size) ? null : new AutomaticMask
        {
            Segmentation = RunLength.Encode(window.Size == size ? pixels : Place(pixels, window, size)),
            Area = pixels.Area,
            Box = box,
            PredictedIou = mask.PredictedIou,
            StabilityScore = stability,
            Point = point with { X = point.X + window.X, Y = point.Y + window.Y },
            Crop = window,
        };
    }

    private static BinaryMask Place(BinaryMask mask, PixelWindow window, ImageSize size)
    {
        var pixels = new byte[size.PixelCount];
        for (int y = 0; y < window.Height; y++)
        {
            mask.Pixels.AsSpan(y * window.Width, window.Width).CopyTo(pixels.AsSpan((window.Y + y) * size.Width + window.X));
        }

        return new BinaryMask(size, pixels);
    }

    private static List<AutomaticMask> Suppress(List<AutomaticMask> masks, Func<AutomaticMask, double> score, double threshold) =>
        [.. BoxSuppression.Keep([.. masks.Select(m => m.Box)], [.. masks.Select(score)], threshold).Select(i => masks[i])];

    // Masks that cleaning left alone come before those that it changed into the same.
    private List<AutomaticMask> Clean(List<AutomaticMask> masks)
    {
        List<AutomaticMask> cleaned = [];
        List<double> scores = [];
        foreach (AutomaticMask mask in masks)
        {
            (BinaryMask pixels, bool hadSmall) = RegionCleaning.Clean(mask.Segmentation.Decode(), options.MinimumRegionArea);
            cleaned.Add(hadSmall ? mask with { Segmentation = RunLength.Encode(pixels), Area = pixels.Area, Box = pixels.Bounds()!.Value } : mask);
            scores.Add(hadSmall ? 0 : 1);
        }

        double threshold = Math.Max(options.BoxOverlapThreshold, options.CropOverlapThreshold);
        return [.. BoxSuppression.Keep([.. cleaned.Select(m => m.Box)], scores, threshold).Select(i => cleaned[i])];
    }
}
