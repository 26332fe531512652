using System.Text.Json;
using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Preprocessing;
using SamTune.Modeling.Prompts;
using SamTune.Testing;
using SamTune.Training.Losses;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Training.Tests;

public sealed class TrainingGoldenTests
{
    private static readonly InputFrame s_frame = new(new ImageSize(96, 120), 128);

    [Fact]
    public void Loss_terms_equal_the_reference()
    {
        using var scope = NewDisposeScope();
        Goldens golden = Goldens.Tiny();
        var logits = golden["loss.logits"].requires_grad_(true);
        var target = golden["loss.target"];
        var focal = SegmentationLosses.Focal(logits, target).mean();
        Near.Assert(golden["loss.focal"].reshape([]), focal, 1e-5);
        focal.backward();
        Near.AssertRelative(golden["loss.focal_grad"], logits.grad!, 1e-4);
        Near.Assert(golden["loss.bce"].reshape([]), SegmentationLosses.CrossEntropy(logits, target).mean(), 1e-5);
        Near.Assert(golden["loss.dice_per_mask"], SegmentationLosses.Dice(logits, target), 1e-5);
        Near.Assert(golden["loss.true_iou"], SegmentationLosses.TrueIou(logits, target), 1e-5);
        var iouError = (golden["loss.iou_pred"] - SegmentationLosses.TrueIou(logits, target)).square().mean();
        Near.Assert(golden["loss.iou_mse"].reshape([]), iouError, 1e-5);
        Near.Assert(golden["loss.sam_total"].reshape([]), LossWeights.Sam.PerMask(logits, target, null).mean() + iouError, 1e-4);
    }

    [Fact]
    public void Padding_does_not_count()
    {
        using var scope = NewDisposeScope();
        Goldens golden = Goldens.Tiny();
        var logits = golden["loss.logits"];
        var target = golden["loss.target"];
        var padded = nn.functional.pad(logits, [0, 5, 0, 7], value: 9);
        var valid = nn.functional.pad(ones(1, 1, 16, 16), [0, 5, 0, 7]);
        var paddedTarget = nn.functional.pad(target, [0, 5, 0, 7]);
        Near.Assert(new LossWeights { Focal = 1 }.PerMask(logits, target, null), new LossWeights { Focal = 1 }.PerMask(padded, paddedTarget, valid), 1e-5);
        Near.Assert(SegmentationLosses.TrueIou(logits, target), SegmentationLosses.TrueIou(padded, paddedTarget, valid), 1e-6);
    }

    [Fact]
    public void Gradients_of_full_fine_tuning_equal_the_reference()
    {
        using var scope = NewDisposeScope();
        Goldens golden = Goldens.Tiny();
        using Sam model = TestModels.Tiny();
        using IFineTuning full = FineTuning.Create(new FullConfig(), model, 0);
        Loss(model, full, golden).backward();
        using JsonDocument norms = JsonDocument.Parse(File.ReadAllText(RepositoryFiles.Golden("tiny_grad_norms.json")));
        foreach ((string name, Parameter parameter) in full.Trainable)
        {
            JsonElement expected = norms.RootElement.GetProperty("f32").GetProperty(name);
            if (expected.ValueKind == JsonValueKind.Null)
            {
                Assert.True(parameter.grad is null, $"{name} takes no part, yet has a gradient.");
            }
            else if (!name.EndsWith("k_proj.bias", StringComparison.Ordinal))
            {
                double norm = expected.GetDouble();
                Assert.True(Math.Abs(parameter.grad!.norm().item<float>() - norm) <= 1e-4 * norm + 1e-7, $"{name}: {parameter.grad!.norm().item<float>()} against {norm}.");
            }

            if (golden.Names.Contains($"train.grad.{name}"))
            {
                Near.AssertRelative(golden[$"train.grad.{name}"], parameter.grad!, 1e-4, name);
            }
        }
    }

    [Fact]
    public void Three_steps_of_AdamW_equal_the_reference()
    {
        using var scope = NewDisposeScope();
        Goldens golden = Goldens.Tiny();
        using Sam model = TestModels.Tiny();
        using IFineTuning full = FineTuning.Create(new FullConfig(), model, 0);
        using var optimizer = optim.AdamW(full.Trainable.Select(p => p.Parameter), lr: 1e-3, weight_decay: 0.01);
        float[] expected = golden["train.losses_adamw"].data<float>().ToArray();
        for (int step = 0; step <= 3; step++)
        {
            optimizer.zero_grad();
            var loss = Loss(model, full, golden);
            Assert.Equal(expected[step], loss.item<float>(), 3e-4);
            loss.backward();
            if (step < 3)
            {
                optimizer.step();
            }
        }

        foreach (string name in golden.Names.Where(n => n.StartsWith("train.after3.", StringComparison.Ordinal)))
        {
            Near.Assert(golden[name], full.Trainable.Single(p => name.EndsWith(p.Name, StringComparison.Ordinal)).Parameter, 1e-4, name);
        }
    }

    [Fact]
    public void Lora_gradients_equal_the_reference() => CheckAdded(
        new LoraConfig { Rank = 4, Alpha = 8, Dropout = 0 }, "lora", GoldenParameters.Lora, GoldenParameters.LoraName);

    [Fact]
    public void Adapter_gradients_equal_the_reference() => CheckAdded(
        new AdapterConfig { Bottleneck = 8 }, "adapter", GoldenParameters.Adapters, GoldenParameters.AdapterName);

    [Fact]
    public void Prompt_token_gradients_equal_the_reference() => CheckAdded(
        new PromptTuningConfig(), "ptune",
        (method, golden) =>
        {
            using var guard = no_grad();
            method.Trainable[0].Parameter.copy_(golden["ptune.domain"]);
        },
        _ => "domain");

    private static void CheckAdded(MethodConfig config, string group, Action<IFineTuning, Goldens> fill, Func<string, string> goldenName)
    {
        using var scope = NewDisposeScope();
        Goldens golden = Goldens.Tiny();
        using Sam model = TestModels.Tiny();
        using IFineTuning method = FineTuning.Create(config, model, 0);
        fill(method, golden);
        var loss = Loss(model, method, golden);
        Assert.Equal(golden.Scalar($"{group}.loss"), loss.item<float>(), 1e-5);
        loss.backward();
        int compared = 0;
        foreach ((string name, Parameter parameter) in method.Trainable)
        {
            string key = $"{group}.grad.{goldenName(name)}";
            if (golden.Names.Contains(key))
            {
                Near.AssertRelative(golden[key], parameter.grad!, 1e-4, name);
                compared++;
            }
        }

        Assert.Equal(golden.Names.Count(n => n.StartsWith($"{group}.grad.", StringComparison.Ordinal)), compared);
        Assert.All(model.parameters(), p => Assert.True(p.grad is null));
    }

    // The goldens' training loss: prompt c, single mask, Dice and cross entropy at the picture's own size.
    private static Tensor Loss(Sam model, IFineTuning method, Goldens golden)
    {
        var embedding = model.EncodeImages(golden["preprocessed"], method.Adaptation);
        using var box = new PromptBatch(golden["prompt.c.boxes"].reshape(1, 2, 2), tensor(new long[] { 2, 3 }, [1, 2]), zeros(1, dtype: int64), false);
        (Tensor lowRes, _) = model.DecodeMasks(embedding, box, method.Adaptation);
        return LossWeights.MedSam.PerMask(MaskPostprocessor.ToOriginal(lowRes.narrow(1, 0, 1), s_frame), golden["train.target"], null).mean();
    }
}
