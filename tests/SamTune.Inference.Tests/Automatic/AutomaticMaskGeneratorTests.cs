using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Inference.Automatic;
using SamTune.Modeling;
using SamTune.Testing;

namespace SamTune.Inference.Tests.Automatic;

public sealed class AutomaticMaskGeneratorTests
{
    // The tiny model is no good one: with the reference's thresholds nothing of it would pass.
    private static readonly AutomaticMaskOptions s_lenient = new()
    {
        PointsPerSide = 5,
        PointsPerBatch = 7,
        PredictedIouThreshold = 0.1,
        StabilityThreshold = 0.04,
        BoxOverlapThreshold = 0.995,
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0.7)]
    [InlineData(1)]
    public void Masks_of_a_picture_are_those_that_pass_every_rule_one_by_one(double overlap)
    {
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        RgbImage picture = Picture();
        IReadOnlyList<AutomaticMask> masks = new AutomaticMaskGenerator(predictor, s_lenient with { BoxOverlapThreshold = overlap }).Generate(picture, cancel: Cancel);

        List<(PointPrompt Point, PredictedMask Mask)> candidates = [];
        foreach (PointPrompt point in PointGrid.Over(picture.Size, 5))
        {
            candidates.AddRange(predictor.Predict(new PromptSet { Points = [point] }, multimask: true).Masks
                .Where(m => m.PredictedIou > 0.1f && m.StabilityScore >= 0.04 && m.ToBinaryMask().Area > 0).Select(m => (point, m)));
        }

        Assert.InRange(candidates.Count, 5, 70);
        Assert.True(overlap < 1 ? masks.Count < candidates.Count : masks.Count == candidates.Count, $"{candidates.Count} candidates, {masks.Count} masks");
        IReadOnlyList<int> kept = BoxSuppression.Keep(
            [.. candidates.Select(c => c.Mask.ToBinaryMask().Bounds()!.Value)], [.. candidates.Select(c => (double)c.Mask.PredictedIou)], overlap);
        Assert.Equal(kept.Count, masks.Count);
        foreach ((AutomaticMask mask, int i) in masks.Zip(kept))
        {
            BinaryMask expected = candidates[i].Mask.ToBinaryMask();
            Assert.Equal(candidates[i].Mask.PredictedIou, mask.PredictedIou, 1e-4f);
            Assert.Equal(candidates[i].Point, mask.Point);
            // A pixel on the threshold may fall to either side with another size of batch.
            Assert.InRange(expected.Pixels.Zip(mask.Segmentation.Decode().Pixels).Count(p => p.First != p.Second), 0, 3);
            Assert.Equal(mask.Segmentation.Area, mask.Area);
            Assert.Equal(mask.Segmentation.Decode().Bounds(), mask.Box);
        }
    }

    [Fact]
    public void Masks_agree_with_their_boxes_and_areas_and_progress_counts_every_click_of_every_crop()
    {
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        RgbImage picture = Picture();
        var steps = new Steps();
        AutomaticMaskOptions options = s_lenient with { CropLayers = 1, CropPointsDownscale = 2, CropOverlapThreshold = 1, MinimumRegionArea = 20 };
        IReadOnlyList<AutomaticMask> masks = new AutomaticMaskGenerator(predictor, options).Generate(picture, steps, Cancel);

        Assert.Equal(25 + 4 * 4, steps.Seen[^1].Points);
        Assert.All(steps.Seen, s => Assert.Equal(41, s.TotalPoints));
        Assert.NotEmpty(masks);
        foreach (AutomaticMask mask in masks)
        {
            BinaryMask pixels = mask.Segmentation.Decode();
            Assert.Equal((picture.Size, mask.Box, mask.Area), (pixels.Size, pixels.Bounds()!.Value, pixels.Area));
            Assert.Equal(mask.Crop.ToBox(), new BoundingBox(
                Math.Min(mask.Crop.X, mask.Box.X0), Math.Min(mask.Crop.Y, mask.Box.Y0), Math.Max(mask.Crop.Right - 1, mask.Box.X1), Math.Max(mask.Crop.Bottom - 1, mask.Box.Y1)));
            Assert.InRange(mask.Point.X, mask.Crop.X, mask.Crop.Right);
            Assert.InRange(mask.Point.Y, mask.Crop.Y, mask.Crop.Bottom);
            // What cleaning leaves is clean.
            Assert.False(RegionCleaning.Clean(pixels, 20).HadSmall && ConnectedComponents.Label(pixels, Connectivity.Eight).Count > 1);
        }
    }

    [Fact]
    public void Of_masks_of_different_crops_that_lie_over_each_other_that_of_the_smaller_crop_remains()
    {
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        AutomaticMaskOptions options = s_lenient with { CropLayers = 1, PredictedIouThreshold = 0, StabilityThreshold = 0, BoxOverlapThreshold = 1 };
        IReadOnlyList<AutomaticMask> Generate(double threshold) => new AutomaticMaskGenerator(predictor, options with { CropOverlapThreshold = threshold }).Generate(Picture(), cancel: Cancel);
        const double Threshold = 0.3;
        IReadOnlyList<AutomaticMask> all = Generate(1), kept = Generate(Threshold);
        bool Overlaps(AutomaticMask a, AutomaticMask b) => BoxSuppression.IntersectionOverUnion(a.Box, b.Box) > Threshold;
        Assert.InRange(kept.Count, 1, all.Count - 1);
        Assert.Equal(kept.Select(m => m.Crop.Size.PixelCount).Order(), kept.Select(m => m.Crop.Size.PixelCount));
        Assert.All(kept, m => Assert.DoesNotContain(kept, other => !ReferenceEquals(m, other) && Overlaps(m, other)));
        AutomaticMask[] dropped = [.. all.Where(m => !kept.Any(k => (k.Point, k.Crop, k.Box, k.Area) == (m.Point, m.Crop, m.Box, m.Area)))];
        Assert.Equal(all.Count - kept.Count, dropped.Length);
        Assert.All(dropped, m => Assert.Contains(kept, k => Overlaps(k, m) && k.Crop.Size.PixelCount <= m.Crop.Size.PixelCount));
    }

    [Fact]
    public void A_mask_of_a_crop_lies_where_the_crop_lies_and_is_dropped_when_unstable_empty_or_cut_off()
    {
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        var generator = new AutomaticMaskGenerator(predictor, AutomaticMaskOptions.Default);
        var picture = new ImageSize(200, 300);
        var crop = new PixelWindow(100, 50, 120, 90);
        AutomaticMask? Accept(int x, int y, int width, int height, float inside)
        {
            float[] logits = [.. Enumerable.Range(0, 120 * 90).Select(i => i % 120 >= x && i % 120 < x + width && i / 120 >= y && i / 120 < y + height ? inside : -5f)];
            return generator.Accept(new PredictedMask(crop.Size, logits, 0.9f, []), new PointPrompt(7, 8, true), crop, picture);
        }

        AutomaticMask mask = Accept(30, 25, 10, 20, 5)!;
        Assert.Equal(new BoundingBox(130, 75, 139, 94), mask.Box);
        Assert.Equal((mask.Box, 200, picture), (mask.Segmentation.Decode().Bounds()!.Value, mask.Area, mask.Segmentation.Size));
        Assert.Equal((107, 58, crop, 1f), (mask.Point.X, mask.Point.Y, mask.Crop, mask.StabilityScore));
        Assert.Null(Accept(30, 25, 10, 20, 0.5f));
        Assert.Null(Accept(30, 25, 0, 0, 5));
        Assert.Null(Accept(20, 25, 10, 20, 5));
    }

    [Fact]
    public void The_same_picture_gives_the_same_masks_and_a_cancelled_run_stops()
    {
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        var generator = new AutomaticMaskGenerator(predictor, s_lenient);
        string[] first = [.. generator.Generate(Picture(), cancel: Cancel).Select(m => m.Segmentation.ToCompressedString())];
        Assert.Equal(first, generator.Generate(Picture(), cancel: Cancel).Select(m => m.Segmentation.ToCompressedString()));
        using var cancel = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => generator.Generate(Picture(), new Steps { Then = cancel.Cancel }, cancel.Token));
    }

    private static RgbImage Picture() => ImageReader.ReadRgb(RepositoryFiles.Golden("tiny_image.png"));

    private sealed class Steps : IProgress<AutomaticMaskProgress>
    {
        public List<AutomaticMaskProgress> Seen { get; } = [];

        public Action? Then { get; init; }

        public void Report(AutomaticMaskProgress value)
        {
            Seen.Add(value);
            Then?.Invoke();
        }
    }
}
