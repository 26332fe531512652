using SamTune.Data.Datasets;
using SamTune.Data.Prompts;
using SamTune.Evaluation;
using SamTune.Evaluation.Reports;
using SamTune.Imaging;
using SamTune.Inference;

namespace SamTune.Cli.Quickstart;

/// <summary>What one model does on one test set.</summary>
/// <param name="Scores">Scores of every object and prompt.</param>
/// <param name="Example">What it found of the set's example, prompted by the box.</param>
internal sealed record SetMeasurement(IReadOnlyList<ObjectScore> Scores, BinaryMask Example)
{
    private static readonly EvaluationOptions s_options = new() { Prompts = QuickstartPlan.Prompts, Clicks = 0 };

    /// <summary>Measures a model on a set.</summary>
    public static SetMeasurement Of(SamPredictor predictor, QuickstartSet set, CancellationToken cancel)
    {
        EvaluationResult result = new Evaluator(predictor, s_options).Run(set.Pictures, null, cancel);
        (Sample sample, BinaryMask truth) = ExampleOf(set.Pictures);
        return new SetMeasurement(result.Scores, Box(predictor, sample, truth).ToBinaryMask());
    }

    /// <summary>The picture of a set that is shown: the middle one, and of it the largest object.</summary>
    public static (Sample Sample, BinaryMask Truth) ExampleOf(ISegmentationDataset set)
    {
        int middle = set.Samples.Count / 2;
        Sample sample = Enumerable.Range(middle, set.Samples.Count).Select(i => set.Load(i % set.Samples.Count)).First(s => s.Objects.Count > 0);
        return (sample, sample.Objects.MaxBy(o => o.Mask.Area)!.Mask);
    }

    /// <summary>Whether two models give the same logits to the bit on the example of a set.</summary>
    public static bool AreEqual(SamPredictor first, SamPredictor second, QuickstartSet set)
    {
        (Sample sample, BinaryMask truth) = ExampleOf(set.Pictures);
        PredictedMask one = Box(first, sample, truth), other = Box(second, sample, truth);
        return one.Logits.AsSpan().SequenceEqual(other.Logits) && one.PredictedIou == other.PredictedIou;
    }

    private static PredictedMask Box(SamPredictor predictor, Sample sample, BinaryMask truth)
    {
        predictor.SetImage(sample.Image);
        return predictor.Predict(ExactPrompt.Of(truth, PromptKind.Box), multimask: false).Best;
    }
}
