using SamTune.Cli.Running;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Drawing;
using SamTune.Inference.Automatic;

namespace SamTune.Cli.Predicting;

/// <summary>Everything in a picture: a label picture, an overlay and a report with run lengths.</summary>
/// <param name="options">What is kept.</param>
internal sealed class AutomaticRun(AutomaticMaskOptions options) : IPredictionRun
{
    /// <inheritdoc/>
    public void Run(PredictionContext context)
    {
        RgbImage picture = context.Recipe(PreprocessingSpec.Rgb).Read(context.Path);
        var progress = new ProgressLines<AutomaticMaskProgress>(context.Error, p => $"{p.Points} of {p.TotalPoints} clicks, {p.Masks} masks", p => p.Points == p.TotalPoints);
        IReadOnlyList<AutomaticMask> masks = new AutomaticMaskGenerator(context.Predictor, options).Generate(picture, progress, context.Cancel);
        if (masks.Count > ushort.MaxValue)
        {
            throw new InputException($"{context.Path}: {masks.Count} masks are more than labels.png can number ({ushort.MaxValue}); raise --predicted-iou or --stability.");
        }

        OutputFolder.Create(context.Folder);
        (LabelMap labels, RgbImage overlay) = Draw(picture, masks);
        ImageWriter.WriteLabelPng16(context.At("labels.png"), labels);
        ImageWriter.WriteRgbPng(context.At("overlay.png"), overlay);
        context.Report(
            "prediction.json",
            new { Image = context.Path, picture.Size.Height, picture.Size.Width, Masks = masks.Select((m, i) => FoundMask.Of(i + 1, m)) },
            [
                (context.At("labels.png"), $"{masks.Count} objects in {picture.Size} pixels; of objects over each other the smallest is on top"),
                (context.At("prediction.json"), "run lengths, boxes and scores"),
                (context.At("overlay.png"), "all of them over the picture"),
            ]);
    }

    // Large ones first, so that a part stays visible on its whole.
    private static (LabelMap Labels, RgbImage Overlay) Draw(RgbImage picture, IReadOnlyList<AutomaticMask> masks)
    {
        var labels = new int[picture.Size.PixelCount];
        var overlay = new Overlay(picture);
        foreach (int i in Enumerable.Range(0, masks.Count).OrderByDescending(i => masks[i].Area))
        {
            BinaryMask mask = masks[i].Segmentation.Decode();
            overlay.Mask(mask, RgbColour.ForIndex(i));
            for (int p = 0; p < labels.Length; p++)
            {
                labels[p] = mask.Pixels[p] != 0 ? i + 1 : labels[p];
            }
        }

        return (new LabelMap(picture.Size, labels), overlay.Image);
    }

    /// <summary>An object as <c>prediction.json</c> has it; boxes are x, y, width, height, the label is that in labels.png.</summary>
    private sealed record FoundMask(
        int Label, int Area, float PredictedIou, float Stability, IReadOnlyList<float> Box, IReadOnlyList<float> Point, IReadOnlyList<float> CropBox, Segmentation Segmentation)
    {
        public static FoundMask Of(int label, AutomaticMask mask) => new(
            label, mask.Area, mask.PredictedIou, mask.StabilityScore, Predicting.Segmentation.Box(mask.Box), [mask.Point.X, mask.Point.Y],
            Predicting.Segmentation.Box(mask.Crop.ToBox()), Predicting.Segmentation.Of(mask.Segmentation));
    }
}
