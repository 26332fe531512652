using SamTune.Adaptation;
using SamTune.Adaptation.Full;
using SamTune.Data;
using SamTune.Data.Datasets;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Imaging.Filters;
using SamTune.Modeling;
using SamTune.Modeling.Preprocessing;
using SamTune.Modeling.Prompts;
using SamTune.Testing;
using SamTune.Training.Batches;
using SamTune.Training.Losses;
using static TorchSharp.torch;

namespace SamTune.Training.Tests;

/// <summary>What pretraining adds to the loss, against the same figures put together by hand.</summary>
public sealed class PretrainingLossTests
{
    private static readonly LossWeights s_masksOnly = new() { Iou = 0 };

    [Fact]
    public void A_lone_click_trains_the_single_mask_and_the_best_alternative()
    {
        (float[] perMask, double multimask) = Losses(PromptKind.Point, new TrainingOptions { Loss = s_masksOnly, Multimask = true });
        Assert.Equal(perMask[0] + perMask[1..].Min(), multimask, 5);
        (_, double single) = Losses(PromptKind.Point, new TrainingOptions { Loss = s_masksOnly });
        Assert.Equal(perMask[0], single, 5);
    }

    [Fact]
    public void A_box_is_not_ambiguous()
    {
        (float[] perMask, double multimask) = Losses(PromptKind.Box, new TrainingOptions { Loss = s_masksOnly, Multimask = true });
        Assert.Equal(perMask[0], multimask, 5);
    }

    [Fact]
    public void The_iou_of_every_mask_is_learned()
    {
        (float[] errors, double loss) = Losses(PromptKind.Box, new TrainingOptions { Loss = new LossWeights { Iou = 1 }, Multimask = true }, iou: true);
        (_, double withoutIou) = Losses(PromptKind.Box, new TrainingOptions { Loss = s_masksOnly, Multimask = true });
        Assert.Equal(withoutIou + errors.Average(), loss, 5);
    }

    [Fact]
    public void The_low_res_loss_compares_with_the_mask_averaged_to_its_size()
    {
        (float[] lowRes, double loss) = Losses(PromptKind.Box, new TrainingOptions { Loss = s_masksOnly, LowResLoss = true }, lowRes: true);
        (float[] full, _) = Losses(PromptKind.Box, new TrainingOptions { Loss = s_masksOnly });
        Assert.Equal(lowRes[0], loss, 5);
        Assert.NotEqual(full[0], lowRes[0], 4);
        Assert.InRange(loss, full[0] - 0.1, full[0] + 0.1);
    }

    // The loss of one prompted object, and beside it each mask's own figure computed here.
    private static (float[] PerMask, double Loss) Losses(PromptKind kind, TrainingOptions options, bool lowRes = false, bool iou = false)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using Sam model = TestModels.Tiny();
        using IFineTuning method = FineTuning.Create(new FullConfig(), model, 1);
        method.SetMode(training: false, 0);
        var dataset = new OneSquare();
        TrainingBatch batch = TrainingBatch.ForValidation(dataset, [0], model, [kind]);
        using var images = ImagePreprocessor.Prepare(dataset.Load(0).Image, model.InputSide, model.Device);
        var embeddings = model.EncodeImages(images, method.Adaptation);
        (Tensor loss, _) = new PromptedForward(model, method, options).Run(embeddings, batch, DerivedRandom.Create(1, "test", 0));

        ObjectMask truth = dataset.Load(0).Objects[0];
        InputFrame frame = batch.Objects[0].Frame;
        using PromptBatch prompts = PromptBatchBuilder.Build([(frame, [ExactPrompt.Of(truth.Mask, kind)])], model.Device);
        (Tensor masks, Tensor estimated) = model.DecodeMasks(embeddings, prompts, method.Adaptation);
        var target = tensor(NearestResize.Apply(truth.Mask, frame.Resized).Pixels, [1, 1, frame.Resized.Height, frame.Resized.Width]).to(float32);
        var large = nn.functional.interpolate(masks, [model.InputSide, model.InputSide], mode: InterpolationMode.Bilinear, align_corners: false);
        var figures = iou
            ? (estimated - SegmentationLosses.TrueIou(large, target)).square()
            : lowRes ? s_masksOnly.PerMask(masks, nn.functional.avg_pool2d(target, 4), null) : s_masksOnly.PerMask(large, target, null);
        return ([.. TensorCopy.ToArray(figures)], loss.item<float>());
    }

    // As large as the model's input, so that nothing is scaled or padded; its borders lie on no block of the low-res logits.
    private sealed class OneSquare : ISegmentationDataset
    {
        private const int Side = 128;

        public string Name => "square";

        public IReadOnlyDictionary<int, string> Classes { get; } = new Dictionary<int, string> { [1] = "square" };

        public IReadOnlyList<SampleInfo> Samples { get; } = [new SampleInfo("one", "one")];

        public Sample Load(int index)
        {
            var mask = new byte[Side * Side];
            for (int y = 37; y < 90; y++)
            {
                mask.AsSpan(y * Side + 21, 58).Fill(1);
            }

            var size = new ImageSize(Side, Side);
            return new Sample(Samples[index], new RgbImage(size, [.. mask.SelectMany(m => Enumerable.Repeat((byte)(60 + 120 * m), 3))]), [new ObjectMask(1, new BinaryMask(size, mask))], null);
        }
    }
}
