using SamTune.Cli.Running;
using SamTune.Data.Preprocessing;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Drawing;
using SamTune.Inference;

namespace SamTune.Cli.Predicting;

/// <summary>Masks for prompts on one picture: a PNG each, an overlay and a report.</summary>
/// <param name="prompts">The prompts, at least one.</param>
/// <param name="multimask">Whether all alternatives are written.</param>
internal sealed class PictureRun(PromptSet[] prompts, bool multimask) : IPredictionRun
{
    /// <inheritdoc/>
    public void Run(PredictionContext context)
    {
        RgbImage picture = context.Recipe(PreprocessingSpec.Rgb).Read(context.Path);
        context.Predictor.SetImage(picture);
        context.Cancel.ThrowIfCancellationRequested();
        IReadOnlyList<Prediction> predictions = context.Predictor.PredictMany(prompts, multimask);

        OutputFolder.Create(context.Folder);
        var overlay = new Overlay(picture);
        List<FoundMask> found = [];
        for (int p = 0; p < prompts.Length; p++)
        {
            Draw(overlay, p, predictions[p]);
            for (int m = 0; m < predictions[p].Masks.Count; m++)
            {
                string file = predictions[p].Masks.Count == 1 ? $"mask_{p:d3}.png" : $"mask_{p:d3}_{m}.png";
                BinaryMask mask = predictions[p].Masks[m].ToBinaryMask();
                ImageWriter.WriteMaskPng(context.At(file), mask);
                found.Add(FoundMask.Of(p, file, mask, predictions[p].Masks[m]));
            }
        }

        ImageWriter.WriteRgbPng(context.At("overlay.png"), overlay.Image);
        context.Report(
            "prediction.json",
            new { Image = context.Path, picture.Size.Height, picture.Size.Width, Masks = found },
            found.Select(f => (context.At(f.File), FormattableString.Invariant($"{f.Area} pixels, predicted IoU {f.PredictedIou:0.000}, stability {f.Stability:0.000}"))));
    }

    private void Draw(Overlay overlay, int prompt, Prediction prediction)
    {
        overlay.Mask(prediction.Best.ToBinaryMask(), RgbColour.ForIndex(prompt));
        if (prompts[prompt].Box is { } box)
        {
            overlay.Box(box, RgbColour.Blue);
        }

        foreach (PointPrompt point in prompts[prompt].Points)
        {
            overlay.Point(point);
        }
    }

    /// <summary>A mask as <c>prediction.json</c> has it.</summary>
    private sealed record FoundMask(int Prompt, string File, int Area, float PredictedIou, float Stability, IReadOnlyList<float>? Box, Segmentation Segmentation)
    {
        public static FoundMask Of(int prompt, string file, BinaryMask mask, PredictedMask scores) => new(
            prompt, file, mask.Area, scores.PredictedIou, scores.StabilityScore,
            mask.Bounds() is { } b ? Predicting.Segmentation.Box(b) : null, Predicting.Segmentation.Of(RunLength.Encode(mask)));
    }
}
