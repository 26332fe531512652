using SamTune.Adaptation;
using SamTune.Adaptation.Lora;
using SamTune.Data.Datasets;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Preprocessing;
using SamTune.Testing;
using SamTune.Training.Batches;
using SamTune.Training.Losses;
using static TorchSharp.torch;

namespace SamTune.Training.Tests;

/// <summary>Pixels that hold no measurement count in no loss and no score.</summary>
public sealed class MissingPixelTests
{
    private static readonly ImageSize s_size = new(60, 80);

    [Fact]
    public void What_is_predicted_or_drawn_where_there_is_no_data_changes_no_loss()
    {
        var frame = new InputFrame(s_size, 128);
        BinaryMask missing = Mask((x, _) => x >= 60), half = Mask((x, y) => x is >= 20 and < 60 && y < 30), more = Mask((x, y) => (x is >= 20 and < 60 && y < 30) || x >= 70);
        using var scope = NewDisposeScope();
        using MaskTargets plain = MaskTargets.Build([(frame, half, null)], CPU), without = MaskTargets.Build([(frame, half, missing)], CPU), drawn = MaskTargets.Build([(frame, more, missing)], CPU);
        Assert.Equal(96 * 128, plain.Valid.sum().item<float>());
        Assert.Equal(96 * 96, without.Valid.sum().item<float>());
        Assert.True(without.Masks.equal(drawn.Masks).all().item<bool>());

        // Columns 96 and further are pixels 60 and further of the picture.
        var logits = FormulaWeights.Create("logits", [1, 1, 128, 128], 2f);
        var other = cat([logits.narrow(3, 0, 96), -5 * logits.narrow(3, 96, 32) + 3], 3);
        var weights = new LossWeights { Focal = 1 };
        Near.Assert(weights.PerMask(logits, without.Masks, without.Valid), weights.PerMask(other, drawn.Masks, drawn.Valid), 1e-6);
        Near.Assert(SegmentationLosses.TrueIou(logits, without.Masks, without.Valid), SegmentationLosses.TrueIou(other, drawn.Masks, drawn.Valid), 1e-6);
        Assert.NotEqual(weights.PerMask(logits, plain.Masks, plain.Valid).item<float>(), weights.PerMask(other, plain.Masks, plain.Valid).item<float>(), 1e-3f);

        // No pixel that counts is no loss, not an undefined one.
        using MaskTargets none = MaskTargets.Build([(frame, half, Mask((_, _) => true))], CPU);
        Assert.True(weights.PerMask(logits, none.Masks, none.Valid).isfinite().all().item<bool>());
    }

    [Fact]
    public void Batches_of_training_and_validation_bring_them_along()
    {
        BinaryMask missing = Mask((x, _) => x >= 60);
        (float Loss, float Dice) Run(BinaryMask truth, BinaryMask? none)
        {
            using Sam model = TestModels.Tiny();
            using IFineTuning method = FineTuning.Create(new LoraConfig { Dropout = 0 }, model, 1);
            using var pause = FinalizerPause.Start();
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            method.SetMode(training: false, 1);
            var options = new TrainingOptions { CorrectiveRounds = 2 };
            TrainingBatch batch = TrainingBatch.ForValidation(new OnePicture(truth, none), [0], model, [PromptKind.None]);
            Assert.All(TrainingBatch.ForTraining(new OnePicture(truth, none), [0], model, options, 0).Objects, o => Assert.Same(none, o.Missing));
            Tensor embeddings = model.EncodeImages(batch.Pictures[0].Prepare(model, []), method.Adaptation);
            (Tensor loss, Tensor dice) = new PromptedForward(model, method, options).Run(embeddings, batch, new Random(1));
            return (loss.item<float>(), dice.item<float>());
        }

        BinaryMask half = Mask((x, y) => x is >= 20 and < 60 && y < 30), more = Mask((x, y) => (x is >= 20 and < 60 && y < 30) || x >= 70);
        Assert.Equal(Run(half, missing), Run(more, missing));
        Assert.NotEqual(Run(half, null), Run(more, null));
    }

    private static BinaryMask Mask(Func<int, int, bool> covers) =>
        new(s_size, [.. Enumerable.Range(0, (int)s_size.PixelCount).Select(i => covers(i % s_size.Width, i / s_size.Width) ? (byte)1 : (byte)0)]);

    private sealed class OnePicture(BinaryMask truth, BinaryMask? missing) : ISegmentationDataset
    {
        public string Name => "one";

        public IReadOnlyDictionary<int, string> Classes { get; } = new Dictionary<int, string> { [1] = "field" };

        public IReadOnlyList<SampleInfo> Samples { get; } = [new("one", "one")];

        public Sample Load(int index) =>
            new(Samples[0], new RgbImage(s_size, [.. Enumerable.Range(0, (int)s_size.PixelCount * 3).Select(i => (byte)(i * 31 % 200))]), [new ObjectMask(1, truth)], null) { Missing = missing };
    }
}
