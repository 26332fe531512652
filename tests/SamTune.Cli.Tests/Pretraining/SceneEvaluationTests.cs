using SamTune.Cli.Pretraining;
using SamTune.Data.Datasets;
using SamTune.Data.Prompts;
using SamTune.Evaluation.Metrics;
using SamTune.Imaging;
using SamTune.Inference;
using SamTune.Modeling;
using SamTune.Synthesis;
using SamTune.Testing;

namespace SamTune.Cli.Tests.Pretraining;

public sealed class SceneEvaluationTests
{
    [Fact]
    public void A_correction_is_one_click_on_the_error_with_the_box_and_the_mask_that_it_corrects()
    {
        using Sam model = TestModels.Tiny();
        SyntheticScenes scenes = HeldOutScenes.Open(2, model.InputSide);
        IReadOnlyList<SceneScore> scores = SceneEvaluation.Run(model, scenes, 1, TestContext.Current.CancellationToken);

        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        List<double> box = [], corrected = [];
        foreach (Sample sample in Enumerable.Range(0, 2).Select(scenes.Load))
        {
            predictor.SetImage(sample.Image);
            foreach (BinaryMask truth in sample.Objects.Select(o => o.Mask))
            {
                PromptSet prompt = ExactPrompt.Of(truth, PromptKind.Box);
                PredictedMask first = predictor.Predict(prompt, multimask: false).Best;
                PointPrompt click = PromptSampler.CorrectiveClick(truth, first.ToBinaryMask())!.Value;
                int y = (int)click.Y, x = (int)click.X;
                Assert.NotEqual(truth[y, x], first.ToBinaryMask()[y, x]);
                PredictedMask second = predictor.Predict(prompt with { Points = [click], LowResMask = first.LowResLogits }, multimask: false).Best;
                box.Add(OverlapMetrics.IntersectionOverUnion(first.ToBinaryMask(), truth));
                corrected.Add(OverlapMetrics.IntersectionOverUnion(second.ToBinaryMask(), truth));
            }
        }

        Assert.Equal(box.Average(), scores.Single(s => s.Prompt == SceneEvaluation.Box).Iou, 1e-3);
        Assert.Equal(corrected.Average(), scores.Single(s => s.Prompt == SceneEvaluation.Corrected).Iou, 1e-3);
        Assert.NotEqual(box.Average(), corrected.Average(), 1e-3);
        Assert.All(scores, s => Assert.Equal(box.Count, s.Objects));
    }
}
