using SamTune.Adaptation;
using SamTune.Adaptation.Lora;
using SamTune.Artifacts;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using SamTune.Testing;
using static TorchSharp.torch;

// Tensors are counted for the whole process.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace SamTune.Inference.Tests;

public sealed class SamPredictorTests
{
    private static readonly PromptSet s_click = new() { Points = [new PointPrompt(40, 30, true)] };
    private static readonly PromptSet s_box = new() { Box = new BoundingBox(20, 15, 85, 70) };

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("c")]
    [InlineData("d")]
    [InlineData("e")]
    [InlineData("f")]
    public void Masks_of_every_prompt_kind_equal_the_reference_from_pixels_on(string prompt)
    {
        using var scope = NewDisposeScope();
        Goldens golden = Goldens.Tiny();
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        predictor.SetImage(Picture());
        List<PromptSet> prompts = PromptsOf(golden, prompt);
        foreach ((string kind, bool multimask) in new[] { ("single", false), ("multi", true) })
        {
            IReadOnlyList<Prediction> predictions = predictor.PredictMany(prompts, multimask);
            for (int i = 0; i < prompts.Count; i++)
            {
                float[] estimates = golden[$"prompt.{prompt}.iou.{kind}"][i].data<float>().ToArray();
                int[] order = [.. Enumerable.Range(0, estimates.Length).OrderByDescending(k => estimates[k])];
                Assert.Equal(estimates.Length, predictions[i].Masks.Count);
                for (int k = 0; k < order.Length; k++)
                {
                    PredictedMask mask = predictions[i].Masks[k];
                    Assert.Equal(estimates[order[k]], mask.PredictedIou, 1e-4f);
                    Near.Assert(golden[$"prompt.{prompt}.masks.{kind}"][i][order[k]], tensor(mask.Logits, [96, 120]), 2e-4, "mask");
                    Near.Assert(golden[$"prompt.{prompt}.low_res.{kind}"][i][order[k]], tensor(mask.LowResLogits, [32, 32]), 2e-4, "low-res");
                }
            }
        }
    }

    [Fact]
    public void Lone_click_gets_three_masks_and_every_other_prompt_one()
    {
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        predictor.SetImage(Picture());
        Prediction click = predictor.Predict(s_click);
        Assert.Equal(3, click.Masks.Count);
        Assert.Equal(click.Masks.OrderByDescending(m => m.PredictedIou), click.Masks);
        Assert.Same(click.Masks[0], click.Best);
        Assert.Single(predictor.Predict(s_box).Masks);
        Assert.Single(predictor.Predict(PromptSet.None).Masks);
        Assert.Single(predictor.Predict(s_click with { LowResMask = click.Best.LowResLogits }).Masks);
    }

    [Fact]
    public void Batch_of_pictures_equals_one_picture_at_a_time()
    {
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        RgbImage first = Picture(), second = new(new ImageSize(40, 30), first.Pixels[..(40 * 30 * 3)]);
        (RgbImage Image, IReadOnlyList<PromptSet> Prompts)[] images = [(first, [s_click, s_box, PromptSet.None]), (second, []), (second, [s_box, s_click])];
        IReadOnlyList<IReadOnlyList<Prediction>> together = predictor.PredictBatch(images);
        Assert.Null(predictor.ImageSize);
        for (int i = 0; i < images.Length; i++)
        {
            predictor.SetImage(images[i].Image);
            Assert.Equal(images[i].Prompts.Count, together[i].Count);
            for (int p = 0; p < images[i].Prompts.Count; p++)
            {
                Prediction alone = predictor.Predict(images[i].Prompts[p]);
                Assert.Equal(alone.Masks.Count, together[i][p].Masks.Count);
                Assert.Equal(images[i].Image.Size, together[i][p].Best.Size);
                Assert.True(alone.Best.Logits.Zip(together[i][p].Best.Logits, (a, b) => Math.Abs(a - b)).Max() <= 2e-5);
            }
        }
    }

    [Fact]
    public void Number_of_live_tensors_stays_the_same_over_twenty_calls()
    {
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        RgbImage picture = Picture();
        void Call()
        {
            predictor.SetImage(picture);
            float[] low = predictor.Predict(s_click).Best.LowResLogits;
            predictor.PredictMany([s_click, s_box, PromptSet.None, s_click with { LowResMask = low }]);
            predictor.PredictBatch([(picture, [s_click]), (picture, [s_box, s_click])]);
        }

        Call();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Tensor.TotalCount;
        for (int i = 0; i < 20; i++)
        {
            Call();
            Assert.Equal(before, Tensor.TotalCount);
        }
    }

    [Fact]
    public void Artifact_from_disk_predicts_what_was_trained()
    {
        using var folder = new TemporaryFolder();
        using Sam model = SamLoader.Load(RepositoryFiles.Golden("tiny_sam.pth"));
        string fingerprint = SamFingerprint.Compute(model);
        using IFineTuning trained = FineTuning.Create(new LoraConfig { Rank = 4 }, model, seed: 1);
        GoldenParameters.Lora(trained, Goldens.Tiny());
        trained.SetMode(training: false, seed: 0);
        ArtifactFile.Save(folder.At("a.safetensors"), trained, new ArtifactManifest
        {
            Method = trained.Config,
            BaseName = "tiny",
            BaseSha256 = fingerprint,
            InputSide = model.InputSide,
            ToolVersion = "0.1.0",
        });
        using Sam other = SamLoader.Load(RepositoryFiles.Golden("tiny_sam_hf.safetensors"));
        using IFineTuning loaded = ArtifactFile.Load(folder.At("a.safetensors"), other, SamFingerprint.Compute(other), "tiny");
        float[] Logits(Sam sam, IModelAdaptation adaptation)
        {
            using var predictor = new SamPredictor(sam, adaptation);
            predictor.SetImage(Picture());
            return predictor.Predict(s_box).Best.Logits;
        }

        Assert.Equal(Logits(model, trained.Adaptation), Logits(other, loaded.Adaptation));
        Assert.NotEqual(Logits(model, NoAdaptation.Instance), Logits(other, loaded.Adaptation));
    }

    [Fact]
    public void Mask_threshold_and_stability_follow_their_definitions()
    {
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        predictor.SetImage(Picture());
        PredictedMask mask = predictor.Predict(s_click).Best;
        BinaryMask binary = mask.ToBinaryMask();
        Assert.Equal(mask.Logits.Count(v => v > 0), binary.Area);
        Assert.Equal((float)((double)mask.ToBinaryMask(1).Area / mask.ToBinaryMask(-1).Area), mask.StabilityScore);
        Assert.InRange(mask.StabilityScore, 0, 1);
    }

    [Fact]
    public void Prompt_without_a_picture_or_with_no_coordinates_is_refused_and_no_prompts_get_no_answers()
    {
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        Assert.Throws<InvalidOperationException>(() => predictor.Predict(s_click));
        predictor.SetImage(Picture());
        Assert.Empty(predictor.PredictMany([]));
        Assert.Throws<InputException>(() => predictor.Predict(new PromptSet { Points = [new PointPrompt(float.NaN, 0, true)] }));
        predictor.Dispose();
        Assert.Throws<InvalidOperationException>(() => predictor.Predict(s_click));
    }

    private static RgbImage Picture()
    {
        using Tensor pixels = Goldens.Tiny()["image_u8"];
        return new RgbImage(new ImageSize(96, 120), [.. pixels.data<float>().ToArray().Select(v => (byte)v)]);
    }

    private static List<PromptSet> PromptsOf(Goldens golden, string prompt)
    {
        float[]? Values(string part) => golden.Names.Contains($"prompt.{prompt}.{part}") ? golden[$"prompt.{prompt}.{part}"].data<float>().ToArray() : null;
        float[]? points = Values("points_orig"), boxes = Values("boxes_orig");
        long[] labels = points is null ? [] : golden[$"prompt.{prompt}.labels"].data<long>().ToArray();
        int count = boxes is null ? 1 : boxes.Length / 4;
        return [.. Enumerable.Range(0, count).Select(i => new PromptSet
        {
            Points = [.. labels.Select((label, k) => new PointPrompt(points![2 * k], points[2 * k + 1], label == 1))],
            Box = boxes is null ? null : new BoundingBox(boxes[4 * i], boxes[4 * i + 1], boxes[4 * i + 2], boxes[4 * i + 3]),
            LowResMask = Values("mask_input"),
        })];
    }
}
