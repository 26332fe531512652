using SamTune.Data.Datasets;
using SamTune.Data.Prompts;
using SamTune.Evaluation.Comparison;
using SamTune.Evaluation.Metrics;
using SamTune.Imaging;
using SamTune.Inference;
using SamTune.Modeling;
using SamTune.Testing;

namespace SamTune.Evaluation.Tests;

/// <summary>Pixels that hold no measurement count in no score.</summary>
public sealed class MissingPixelTests
{
    [Fact]
    public void Scores_are_of_the_pixels_with_data()
    {
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        var discs = new Striped(new DiscDataset(2));
        EvaluationResult result = new Evaluator(predictor, new EvaluationOptions { Prompts = [PromptKind.Box], Clicks = 1, BoxLooseness = [0.1] }).Run(discs, null, TestContext.Current.CancellationToken);
        Sample sample = discs.Load(0);
        predictor.SetImage(sample.Image);
        BinaryMask truth = sample.Objects[0].Mask;
        BinaryMask box = predictor.Predict(ExactPrompt.Of(truth, PromptKind.Box), multimask: false).Best.ToBinaryMask();
        Assert.True(box.Without(sample.Missing).Area < box.Area);
        Assert.Equal(OverlapMetrics.Dice(box.Without(sample.Missing), truth), result.Scores[0].Dice, 1e-12);
        Assert.Equal(box.Without(sample.Missing).Area, result.Scores[0].PredictedArea);
        BinaryMask click = predictor.Predict(ExactPrompt.Of(truth, PromptKind.Point), multimask: false).Best.ToBinaryMask();
        Assert.Equal(OverlapMetrics.Dice(click.Without(sample.Missing), truth), result.Clicks[0].DiceAfterClick[0], 1e-12);

        // The box is filled as far as there is data: of a disc beside the middle with every second column.
        double filled = TrivialMethods.Measure(discs, null)["box filled"][0];
        Assert.InRange(filled, 0.8, 1);
    }

    [Fact]
    public void A_mask_without_another_is_the_pixels_of_the_one_alone()
    {
        BinaryMask first = new(new ImageSize(2, 2), [1, 1, 0, 0]), second = new(new ImageSize(2, 2), [0, 1, 0, 1]);
        Assert.Equal([1, 0, 0, 0], first.Without(second).Pixels);
        Assert.Same(first, first.Without(null));
        Assert.Throws<ArgumentException>(() => first.Without(new BinaryMask(new ImageSize(1, 4), new byte[4])));
    }

    /// <summary>Every second column holds no measurement.</summary>
    private sealed class Striped(ISegmentationDataset discs) : ISegmentationDataset
    {
        public string Name => "striped";

        public IReadOnlyDictionary<int, string> Classes => discs.Classes;

        public IReadOnlyList<SampleInfo> Samples => discs.Samples;

        public Sample Load(int index)
        {
            Sample sample = discs.Load(index);
            ImageSize size = sample.Image.Size;
            var missing = new BinaryMask(size, [.. Enumerable.Range(0, (int)size.PixelCount).Select(i => (byte)(i % size.Width % 2))]);
            return sample with { Missing = missing, Objects = [.. sample.Objects.Select(o => o with { Mask = o.Mask.Without(missing) })] };
        }
    }
}
