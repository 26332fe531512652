using SamTune.Data;
using SamTune.Data.Datasets;
using SamTune.Data.Prompts;
using SamTune.Evaluation.Metrics;
using SamTune.Imaging;
using SamTune.Inference;
using SamTune.Modeling;
using SamTune.Synthesis;

namespace SamTune.Cli.Pretraining;

/// <summary>Measures a model on held-out scenes, by kind of prompt.</summary>
internal static class SceneEvaluation
{
    /// <summary>Name of the row for one click with the mask that the model itself rates best.</summary>
    public const string OnePoint = "one point, best rated of three";

    /// <summary>Name of the row for a box.</summary>
    public const string Box = "box";

    /// <summary>Name of the row for a box whose mask a user corrects: one click on the largest error, the box and the low-res mask being input again.</summary>
    public const string Corrected = "box, then one corrective click";

    /// <summary>Measures.</summary>
    /// <param name="model">The model.</param>
    /// <param name="scenes">Scenes that it was not trained on.</param>
    /// <param name="seed">Where clicks beyond the first come from.</param>
    /// <param name="cancel">Stops between two scenes.</param>
    public static IReadOnlyList<SceneScore> Run(Sam model, ISegmentationDataset scenes, long seed, CancellationToken cancel)
    {
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        var found = new List<(string Prompt, SceneLevel Level, double Iou)>();
        for (int i = 0; i < scenes.Samples.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            Sample sample = scenes.Load(i);
            predictor.SetImage(sample.Image);
            IReadOnlyList<Prediction> boxed = Measure(Box, ExactPrompt.Of, PromptKind.Box, multimask: false);
            Score(Corrected, [.. sample.Objects.Zip(boxed, Correction)], multimask: false);
            Measure(OnePoint, ExactPrompt.Of, PromptKind.Point, multimask: true);
            Measure("one point, single mask", ExactPrompt.Of, PromptKind.Point, multimask: false);
            Random random = DerivedRandom.Create(seed, "held-out-clicks", i);
            Measure("several points", (mask, kind) => PromptSampler.Create(kind, mask, random), PromptKind.Points, multimask: false);
            Measure("box and points", (mask, kind) => PromptSampler.Create(kind, mask, random), PromptKind.BoxAndPoints, multimask: false);

            IReadOnlyList<Prediction> Measure(string name, Func<BinaryMask, PromptKind, PromptSet> prompt, PromptKind kind, bool multimask) =>
                Score(name, [.. sample.Objects.Select(o => prompt(o.Mask, kind))], multimask);

            IReadOnlyList<Prediction> Score(string name, IReadOnlyList<PromptSet> prompts, bool multimask)
            {
                IReadOnlyList<Prediction> answers = predictor.PredictMany(prompts, multimask);
                foreach ((ObjectMask truth, Prediction answer) in sample.Objects.Zip(answers))
                {
                    found.Add((name, (SceneLevel)truth.ClassId, OverlapMetrics.IntersectionOverUnion(answer.Best.ToBinaryMask(), truth.Mask)));
                    if (multimask)
                    {
                        found.Add(("one point, best of three", (SceneLevel)truth.ClassId, answer.Masks.Max(m => OverlapMetrics.IntersectionOverUnion(m.ToBinaryMask(), truth.Mask))));
                    }
                }

                return answers;
            }
        }

        return [.. found.GroupBy(f => f.Prompt).Select(g => new SceneScore(
            g.Key, g.Count(), g.Average(f => f.Iou), Level(g, SceneLevel.Whole), Level(g, SceneLevel.Part), Level(g, SceneLevel.SubPart)))];
    }

    // A mask without an error is left as it is: there is nothing to click on.
    private static PromptSet Correction(ObjectMask truth, Prediction answer)
    {
        PromptSet box = ExactPrompt.Of(truth.Mask, PromptKind.Box);
        return PromptSampler.CorrectiveClick(truth.Mask, answer.Best.ToBinaryMask()) is { } click ? box with { Points = [click], LowResMask = answer.Best.LowResLogits } : box;
    }

    private static double? Level(IEnumerable<(string Prompt, SceneLevel Level, double Iou)> rows, SceneLevel level) =>
        rows.Where(r => r.Level == level).Average(r => (double?)r.Iou);
}
