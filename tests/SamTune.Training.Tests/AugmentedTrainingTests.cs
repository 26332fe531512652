using System.Text.Json;
using SamTune.Adaptation;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Data.Augmentation;
using SamTune.Data.Prompts;
using SamTune.Modeling;
using SamTune.Testing;
using SamTune.Training.Batches;
using SamTune.Training.State;
using static TorchSharp.torch;

namespace SamTune.Training.Tests;

public sealed class AugmentedTrainingTests
{
    // Alpha 4 mixes almost every picture visibly, so that few passes are enough to see it.
    private static readonly TrainingOptions s_mixing = new()
    {
        Epochs = 100,
        MaxSteps = 6,
        ValidateEvery = 2,
        CorrectiveRounds = 1,
        Augmentation = AugmentationSpec.FewShot with { MixUpAlpha = 4 },
        Seed = 5,
    };

    [Theory]
    [InlineData("lora")]
    [InlineData("prompt")]
    public void A_resumed_augmented_run_equals_an_unbroken_one(string method)
    {
        using var folder = new TemporaryFolder();
        Dictionary<string, float[]> unbroken = Train(method, folder.At("a"), stopAfter: null, resume: false);
        Train(method, folder.At("b"), stopAfter: 3, resume: false);
        Dictionary<string, float[]> resumed = Train(method, folder.At("b"), stopAfter: null, resume: true);
        Assert.All(unbroken, p => Assert.Equal(p.Value, resumed[p.Key]));
        Assert.Equal(File.ReadAllLines(folder.At("a", "log.jsonl")), File.ReadAllLines(folder.At("b", "log.jsonl")));
        Dictionary<string, float[]> plain = Train(method, folder.At("c"), null, false, s_mixing with { Augmentation = null });
        Assert.Contains(unbroken, p => !p.Value.SequenceEqual(plain[p.Key]));
    }

    [Fact]
    public void Each_pass_varies_a_picture_anew_and_the_same_pass_alike()
    {
        using Sam model = TestModels.Tiny();
        var data = new DiscDataset(4);
        byte[] Pixels(long pass, long seed = 5) => TrainingBatch.ForTraining(data, [2], model, s_mixing with { Seed = seed }, pass).Pictures[0].Image.Pixels;
        Assert.Equal(Pixels(3), Pixels(3));
        Assert.NotEqual(Pixels(3), Pixels(4));
        Assert.NotEqual(Pixels(3), Pixels(3, seed: 6));
    }

    [Fact]
    public void A_mixed_input_is_the_weighted_sum_in_the_models_frame()
    {
        using Sam model = TestModels.Tiny();
        using var scope = NewDisposeScope();
        var data = new DiscDataset(6);
        BatchPicture a = new(false, data.Load(0).Image), b = new(false, data.Load(1).Image);
        Assert.NotEqual(a.Image.Size, b.Image.Size);
        float[] own = TensorCopy.ToArray(a.Prepare(model, [])), second = TensorCopy.ToArray(b.Prepare(model, []));
        float[] mixed = TensorCopy.ToArray((a with { Mixed = new MixedPicture(b.Image, 0.7) }).Prepare(model, []));
        Assert.All(Enumerable.Range(0, own.Length), i => Assert.Equal(0.7 * own[i] + 0.3 * second[i], mixed[i], 1e-5));
        Assert.Equal(own, TensorCopy.ToArray((a with { Mixed = new MixedPicture(b.Image, 1) }).Prepare(model, [])));
    }

    [Fact]
    public void Each_source_object_is_prompted_once_with_its_own_mask_and_its_pictures_share()
    {
        using Sam model = TestModels.Tiny();
        var data = new DiscDataset(6);
        int mixedPictures = 0;
        for (int pass = 0; pass < 20; pass++)
        {
            TrainingBatch batch = TrainingBatch.ForTraining(data, [pass % 6, (pass + 1) % 6], model, s_mixing with { Prompts = new PromptMixture { None = 1000 } }, pass);
            for (int image = 0; image < 2; image++)
            {
                PromptedObject[] objects = [.. batch.Objects.Where(o => o.Image == image)];
                if (batch.Pictures[image].Mixed is not { } mixed)
                {
                    Assert.All(objects, o => Assert.Equal(1, o.Weight));
                    continue;
                }

                mixedPictures++;
                PromptedObject[] first = [.. objects.Where(o => o.Truth.Size == batch.Pictures[image].Image.Size && o.Weight == mixed.Share)];
                PromptedObject[] second = [.. objects.Where(o => o.Truth.Size == mixed.Image.Size && o.Weight == 1 - mixed.Share)];
                Assert.InRange(mixed.Share, 0.5, 1 - 1.0 / 255);
                Assert.Equal(objects.Length, first.Length + second.Length);
                Assert.True(first.Length is 1 or 2 && second.Length is 1 or 2);
                Assert.Equal(1, first[0].Weight + second[0].Weight, 1e-12);
                Assert.All(objects, o => Assert.Equal(model.FrameFor(o.Truth.Size), o.Frame));
                // A picture of two needs to be told which; "none" is not drawn however heavy.
                Assert.All(objects, o => Assert.True(o.Prompt.Box != null || o.Prompt.Points.Count > 0));
            }
        }

        Assert.True(mixedPictures >= 30, $"{mixedPictures} of 40");
    }

    [Fact]
    public void The_loss_of_a_mixed_batch_is_the_mean_of_its_objects_losses_by_their_weights()
    {
        using Sam model = TestModels.Tiny();
        using IFineTuning method = FineTuning.Create(new PromptTuningConfig(), model, 1);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        TrainingBatch batch = TrainingBatch.ForTraining(new DiscDataset(6), [1, 3], model, s_mixing, 1);
        Assert.All(batch.Pictures, p => Assert.NotNull(p.Mixed));
        Tensor embeddings = cat([.. batch.Pictures.Select(p => model.EncodeImages(p.Prepare(model, []), NoAdaptation.Instance))], 0);
        var forward = new PromptedForward(model, method, new TrainingOptions());
        double Loss(IReadOnlyList<PromptedObject> objects) => forward.Run(embeddings, batch with { Objects = objects }, new Random(1)).Loss.item<float>();
        double expected = batch.Objects.Sum(o => o.Weight * Loss([o with { Weight = 1 }])) / batch.Objects.Sum(o => o.Weight);
        Assert.Equal(expected, Loss(batch.Objects), 1e-5);
        Assert.NotEqual(expected, Loss([.. batch.Objects.Select(o => o with { Weight = 1 })]), 1e-5);

        // A share of 1 for the first picture's objects, 0 for the second's: the loss of the first alone.
        PromptedObject[] first = [.. batch.Objects.Where(o => o.Weight > 0.5)];
        Assert.Equal(Loss([.. first.Select(o => o with { Weight = 1 })]), Loss([.. batch.Objects.Select(o => o with { Weight = o.Weight > 0.5 ? 1 : 0 })]), 1e-5);
    }

    [Fact]
    public void A_single_picture_is_varied_but_not_mixed_with_itself()
    {
        using Sam model = TestModels.Tiny();
        for (int pass = 0; pass < 5; pass++)
        {
            BatchPicture picture = TrainingBatch.ForTraining(new DiscDataset(1), [0], model, s_mixing, pass).Pictures[0];
            Assert.Null(picture.Mixed);
            Assert.False(picture.ComesAgain);
        }
    }

    [Fact]
    public void Mixing_needs_prompts_and_no_augmentation_is_not_written_into_settings()
    {
        var error = Assert.Throws<ArgumentException>((s_mixing with { Prompts = PromptMixture.Only(PromptKind.None) }).Validate);
        Assert.Contains("which object", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>((s_mixing with { Augmentation = new AugmentationSpec { RotationDegrees = 200 } }).Validate);
        Assert.DoesNotContain("Augmentation", JsonSerializer.Serialize(new TrainingOptions()), StringComparison.Ordinal);
        TrainingOptions again = JsonSerializer.Deserialize<TrainingOptions>(JsonSerializer.Serialize(s_mixing))!;
        Assert.Equal(s_mixing.ValidationPrompts, again.ValidationPrompts);
        Assert.Equal(s_mixing, again with { ValidationPrompts = s_mixing.ValidationPrompts });
    }

    private static Dictionary<string, float[]> Train(string name, string folder, int? stopAfter, bool resume, TrainingOptions? options = null)
    {
        using Sam model = TestModels.Tiny();
        MethodConfig config = name == "lora" ? new LoraConfig() : new PromptTuningConfig();
        using IFineTuning method = FineTuning.Create(config, model, 1);
        using var cancel = new CancellationTokenSource();
        var watch = new Watcher(p =>
        {
            if (p.Step == stopAfter)
            {
                cancel.Cancel();
            }
        });
        new Trainer(model, method, new DiscDataset(5), new DiscDataset(2, 2), options ?? s_mixing, folder, TimeProvider.System).Run(resume, watch, cancel.Token);
        return method.Trainable.ToDictionary(p => p.Name, p => TensorCopy.ToArray(p.Parameter));
    }

    private sealed class Watcher(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
