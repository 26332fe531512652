using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Data.Prompts;
using SamTune.Modeling;
using SamTune.Modeling.Encoder;
using SamTune.Modeling.Prompts;
using SamTune.Testing;
using SamTune.Training.Batches;
using SamTune.Training.Losses;
using SamTune.Training.State;
using TorchSharp;
using static TorchSharp.torch;

namespace SamTune.Training.Tests;

/// <summary>Laws of every device that the machine has, and what can be said about others without one.</summary>
public sealed class DeviceTests
{
    private static readonly TrainingOptions s_options = new() { Epochs = 100, MaxSteps = 4, ValidateEvery = 2, CorrectiveRounds = 1, Checkpointing = true };

    public static TheoryData<string, string> DevicesAndMethods
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string device in cuda.is_available() ? ["cpu", "cuda"] : new[] { "cpu" })
            {
                foreach (string method in new[] { "full", "adapters", "lora", "prompt" })
                {
                    data.Add(device, method);
                }
            }

            return data;
        }
    }

    public static TheoryData<string> Methods => ["full", "adapters", "lora", "prompt"];

    [Theory]
    [MemberData(nameof(DevicesAndMethods))]
    public void A_run_on_any_device_trains_as_on_the_processor(string device, string name)
    {
        using var folder = new TemporaryFolder();
        TrainingResult expected = Train(name, CPU, folder.At("cpu")), found = Train(name, new Device(device), folder.At("device"));
        Assert.Equal(expected.Validations.Select(v => v.Step), found.Validations.Select(v => v.Step));
        foreach ((var a, var b) in expected.Validations.Zip(found.Validations))
        {
            Assert.Equal(a.Loss, b.Loss, 1e-2);
        }
    }

    // Tensors of this device have sizes but no numbers: an operation between it and another device fails, and so does reading a number back. libtorch has no norms, convolutions and a few more for it.
    [Theory]
    [MemberData(nameof(Methods))]
    public void Pictures_prompts_targets_and_what_a_method_adds_stay_on_their_device_and_read_nothing_back(string name)
    {
        using Sam model = TestModels.Tiny();
        model.to(META);
        using IFineTuning method = FineTuning.Create(Config(name), model, 1);
        using var pause = FinalizerPause.Start();
        using var scope = NewDisposeScope();
        method.SetMode(training: true, 1);
        TrainingBatch batch = TrainingBatch.ForTraining(new DiscDataset(4), [0, 1], model, new TrainingOptions { Prompts = new PromptMixture { Box = 1, Point = 1 } }, 0);
        Tensor picture = batch.Pictures[0].Prepare(model, []);

        long width = model.Architecture.EncoderEmbedDim, head = width / model.Architecture.EncoderHeads;
        Tensor tokens = method.Adaptation.ApplyAfterBlock(0, zeros(2, model.Grid, model.Grid, width, device: META));
        Tensor fused = method.Adaptation.ApplyToLinear("image_encoder.blocks.0.attn.qkv", tokens, zeros(2, model.Grid, model.Grid, 3 * width, device: META));
        Tensor table = zeros((2 * model.Grid) - 1, head, device: META);
        Tensor bias = DecomposedRelativePosition.Bias(zeros(4, model.Grid * model.Grid, head, device: META), table, table, model.Grid, model.Grid);
        Tensor embeddings = method.Adaptation.ApplyToEmbedding(zeros(2, model.Architecture.PromptEmbedDim, model.Grid, model.Grid, device: META));
        using PromptBatch prompts = PromptBatchBuilder.Build([.. batch.Objects.Select(o => (o.Image, o.Frame, o.Prompt))], model.Device);
        IModelAdaptation rows = method.Adaptation.ForPrompts(prompts.ImageIndex);
        Tensor dense = model.PromptEncoder.Dense(prompts, model.Grid), places = model.PromptEncoder.DensePositions(model.Grid);
        using MaskTargets targets = MaskTargets.Build([.. batch.Objects.Select(o => (o.Frame, o.Truth, o.Missing))], model.Device);
        Tensor logits = nn.functional.interpolate(
            zeros(batch.Objects.Count, 1, 32, 32, device: META, requires_grad: true), [model.InputSide, model.InputSide], mode: InterpolationMode.Bilinear, align_corners: false);
        Tensor loss = new LossWeights { CrossEntropy = 0 }.PerMask(logits, targets.Masks, targets.Valid).mean() + tokens.mean() + fused.mean(), iou = SegmentationLosses.TrueIou(logits, targets.Masks, targets.Valid);
        loss.backward();
        Assert.All([picture, tokens, fused, bias, embeddings, prompts.Coordinates, dense, places, loss, iou, rows.PromptTokens ?? loss], t => Assert.Equal(DeviceType.META, t.device_type));
    }

    private static TrainingResult Train(string name, Device device, string folder)
    {
        using Sam model = TestModels.Tiny();
        model.to(device);
        using IFineTuning method = FineTuning.Create(name == "lora" ? new LoraConfig { Dropout = 0 } : Config(name), model, 1);
        foreach ((string key, var parameter) in method.Trainable)
        {
            // A GPU's random numbers are others.
            using Tensor own = FormulaWeights.Create(key, parameter.shape, 0.1f);
            using var guard = no_grad();
            parameter.copy_(name == "full" ? parameter : own);
        }

        TrainingResult result = new Trainer(model, method, new DiscDataset(6), new DiscDataset(2, seed: 7), s_options, folder, TimeProvider.System).Run(false, null, TestContext.Current.CancellationToken);
        Assert.All(method.Trainable, p => Assert.Equal(device.type, p.Parameter.device_type));
        return result;
    }

    private static MethodConfig Config(string name) => name switch
    {
        "full" => new FullConfig(),
        "adapters" => new AdapterConfig(),
        "lora" => new LoraConfig(),
        _ => new PromptTuningConfig(),
    };
}
