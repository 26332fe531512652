using SamTune.Data.Datasets;
using SamTune.Data.Prompts;
using SamTune.Evaluation.Metrics;
using SamTune.Evaluation.Reports;
using SamTune.Imaging;
using SamTune.Inference;

namespace SamTune.Evaluation;

/// <summary>
/// Measures a predictor on pictures with known masks, with prompts that follow from the masks and from nothing else. Volumes are also measured whole, put together from
/// the slices that were predicted with boxes.
/// </summary>
/// <param name="predictor">What is measured; its picture is replaced.</param>
/// <param name="options">What is measured.</param>
public sealed class Evaluator(SamPredictor predictor, EvaluationOptions options)
{
    private const int ReportedClicks = 3;

    /// <summary>Name of a prompt kind in reports: none, box, point, box and point.</summary>
    /// <param name="kind">The kind.</param>
    public static string NameOf(PromptKind kind) => kind switch
    {
        PromptKind.None => "none",
        PromptKind.Box => "box",
        PromptKind.Point => "1 point",
        PromptKind.BoxAndPoints => "box and point",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Measures every object of a data set.</summary>
    /// <param name="dataset">Pictures with masks.</param>
    /// <param name="progress">Told the number of pictures done.</param>
    /// <param name="cancel">Stops between pictures.</param>
    /// <exception cref="InputException">The data set has no objects.</exception>
    public EvaluationResult Run(ISegmentationDataset dataset, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        options.Validate();
        List<ObjectScore> scores = [], loose = [];
        List<ClickSeries> clicks = [];
        VolumeScorer? volumes = dataset is NiftiSliceDataset slices && options.Prompts.Contains(PromptKind.Box)
            ? new VolumeScorer(slices, NameOf(PromptKind.Box), options.SurfaceTolerance)
            : null;
        for (int i = 0; i < dataset.Samples.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            Sample sample = dataset.Load(i);
            if (sample.Objects.Count > 0)
            {
                predictor.SetImage(sample.Image);
                var scorer = new SampleScorer(sample, dataset.Classes, options.SurfaceTolerance);
                Prompted(sample, scorer, scores, masks => volumes?.Add(i, sample, masks));
                Clicked(sample, scorer, scores, clicks);
                Loosened(sample, scorer, loose);
            }

            progress?.Report(i + 1);
        }

        return scores.Count + loose.Count > 0
            ? new EvaluationResult(scores, clicks, loose) { Volumes = volumes?.Finish() ?? [] }
            : throw new InputException($"{dataset.Name}: no object in {dataset.Samples.Count} picture(s); masks with at least one pixel are needed to measure.");
    }

    private void Prompted(Sample sample, SampleScorer scorer, List<ObjectScore> scores, Action<IReadOnlyList<BinaryMask>> boxed)
    {
        foreach (PromptKind kind in options.Prompts)
        {
            IReadOnlyList<Prediction> predictions = predictor.PredictMany([.. sample.Objects.Select(o => ExactPrompt.Of(o.Mask, kind))], multimask: false);
            scores.AddRange(predictions.Select((p, o) => scorer.Score(o, NameOf(kind), p.Best)));
            if (kind == PromptKind.Box)
            {
                boxed([.. predictions.Select(p => p.Best.ToBinaryMask())]);
            }
        }
    }

    private void Clicked(Sample sample, SampleScorer scorer, List<ObjectScore> scores, List<ClickSeries> series)
    {
        if (options.Clicks == 0)
        {
            return;
        }

        var dice = sample.Objects.Select(_ => new List<double>()).ToList();
        PromptSet[] prompts = [.. sample.Objects.Select(o => ExactPrompt.Of(o.Mask, PromptKind.Point))];
        for (int click = 1; click <= options.Clicks; click++)
        {
            IReadOnlyList<Prediction> predictions = predictor.PredictMany(prompts, multimask: false);
            for (int o = 0; o < prompts.Length; o++)
            {
                BinaryMask predicted = predictions[o].Best.ToBinaryMask().Without(sample.Missing), truth = sample.Objects[o].Mask;
                dice[o].Add(OverlapMetrics.Dice(predicted, truth));
                if (click == Math.Min(ReportedClicks, options.Clicks))
                {
                    scores.Add(scorer.Score(o, $"{click} clicks", predictions[o].Best) with { Clicks = click });
                }

                if (PromptSampler.CorrectiveClick(truth, predicted) is { } correction)
                {
                    prompts[o] = prompts[o] with { Points = [.. prompts[o].Points, correction], LowResMask = predictions[o].Best.LowResLogits };
                }
            }
        }

        series.AddRange(dice.Select(d => new ClickSeries(sample.Info.Group, d)));
    }

    private void Loosened(Sample sample, SampleScorer scorer, List<ObjectScore> loose)
    {
        foreach (double looseness in options.BoxLooseness)
        {
            IReadOnlyList<Prediction> predictions = predictor.PredictMany(
                [.. sample.Objects.Select(o => new PromptSet { Box = PromptSampler.LooseBox(o.Mask, looseness) })], multimask: false);
            loose.AddRange(predictions.Select((p, o) => scorer.Score(o, NameOf(PromptKind.Box), p.Best) with { BoxLooseness = looseness }));
        }
    }
}
