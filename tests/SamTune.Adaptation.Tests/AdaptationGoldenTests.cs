using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Modeling;
using SamTune.Modeling.Prompts;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Adaptation.Tests;

public sealed class AdaptationGoldenTests
{
    private static readonly LoraConfig s_lora = new() { Rank = 4, Alpha = 8, Dropout = 0 };

    [Theory]
    [InlineData("lora.image_embeddings", "encoder.q", "encoder.v")]
    [InlineData("lora.block0_only.image_embeddings", "image_encoder.blocks.0.attn.qkv.q", "image_encoder.blocks.0.attn.qkv.v")]
    public void Lora_equals_the_reference(string golden, params string[] targets)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        Goldens goldens = Goldens.Tiny();
        using Sam model = TestModels.Tiny();
        using IFineTuning lora = FineTuning.Create(s_lora with { Targets = targets }, model, 0);
        GoldenParameters.Lora(lora, goldens);
        Near.Assert(goldens[golden], model.EncodeImages(goldens["preprocessed"], lora.Adaptation), 1e-4);
    }

    [Fact]
    public void Adapters_equal_the_reference()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        Goldens goldens = Goldens.Tiny();
        using Sam model = TestModels.Tiny();
        using IFineTuning adapters = FineTuning.Create(new AdapterConfig { Bottleneck = 8 }, model, 0);
        GoldenParameters.Adapters(adapters, goldens);
        Near.Assert(goldens["adapter.image_embeddings"], model.EncodeImages(goldens["preprocessed"], adapters.Adaptation), 1e-4);
    }

    [Fact]
    public void Prompt_tokens_equal_the_reference_at_both_widths()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        Goldens tiny = Goldens.Tiny(), wide = Goldens.Tiny256();
        using var box = new PromptBatch(tiny["prompt.c.boxes"].reshape(1, 2, 2), tensor(new long[] { 2, 3 }, [1, 2]), zeros(1, dtype: int64), false);

        using Sam model = TestModels.Tiny();
        using IFineTuning prompt = FineTuning.Create(new PromptTuningConfig(), model, 0);
        prompt.Trainable[0].Parameter.copy_(tiny["ptune.domain"]);
        (Tensor lowRes, Tensor iou) = model.DecodeMasks(tiny["image_embeddings"], box, prompt.Adaptation);
        Near.Assert(tiny["ptune.low_res"], lowRes.narrow(1, 0, 1), 2e-4);
        Near.Assert(tiny["ptune.iou"], iou.narrow(1, 0, 1), 1e-4);

        using Sam wideModel = TestModels.Formula(TestModels.Tiny256Architecture, TestModels.Tiny256Gain);
        using IFineTuning widePrompt = FineTuning.Create(new PromptTuningConfig(), wideModel, 0);
        widePrompt.Trainable[0].Parameter.copy_(tensor(FormulaWeights.Values("domain_tokens", 2560), [10, 256]));
        (lowRes, _) = wideModel.DecodeMasks(wide["image_embeddings"], box, widePrompt.Adaptation);
        Near.Assert(wide["ptune.low_res"], lowRes.narrow(1, 0, 1), 2.5e-4);
    }
}
