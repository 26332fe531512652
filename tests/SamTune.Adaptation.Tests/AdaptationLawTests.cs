using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Checkpoints.Layouts;
using SamTune.Modeling;
using SamTune.Testing;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Adaptation.Tests;

public sealed class AdaptationLawTests
{
    private static readonly string[] s_everywhere =
        ["encoder.q", "encoder.k", "encoder.v", "encoder.proj", "encoder.mlp", "decoder.q", "decoder.k", "decoder.v", "decoder.out", "decoder.mlp"];

    public static TheoryData<string> Methods => ["adapters", "output-adapter", "output-adapter-alone", "lora", "full"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_new_adaptation_changes_no_bit_of_the_embedding(string method)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using Sam model = TestModels.Tiny();
        var image = Goldens.Tiny()["preprocessed"];
        var before = model.EncodeImages(image, NoAdaptation.Instance);
        using IFineTuning tuning = FineTuning.Create(Config(method), model, 3);
        tuning.SetMode(training: true, seed: 1);
        Assert.Equal(TensorCopy.ToArray(before), TensorCopy.ToArray(model.EncodeImages(image, tuning.Adaptation)));
    }

    [Theory]
    [InlineData("adapters")]
    [InlineData("output-adapter")]
    [InlineData("lora")]
    [InlineData("full")]
    [InlineData("prompt")]
    public void Only_the_trainable_parameters_need_gradients(string method)
    {
        using Sam model = TestModels.Tiny();
        using IFineTuning tuning = FineTuning.Create(Config(method), model, 3);
        Assert.All(tuning.Trainable, p => Assert.True(p.Parameter.requires_grad, p.Name));
        HashSet<Parameter> trained = [.. tuning.Trainable.Select(p => p.Parameter)];
        int thawed = model.parameters().Count(p => p.requires_grad);
        Assert.Equal(method == "full" ? trained.Count : 0, thawed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.05)]
    public void Prompt_tokens_start_as_large_as_the_base_s_own(double factor)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using Sam model = TestModels.Tiny();
        double own = model.PromptEncoder.TokenScale().item<float>();
        foreach (Parameter parameter in model.named_parameters().Where(p => p.name.Contains("point_embeddings", StringComparison.Ordinal)).Select(p => p.parameter))
        {
            parameter.mul_(factor);
        }

        using IFineTuning prompt = FineTuning.Create(new PromptTuningConfig { Tokens = 100 }, model, 3);
        Tensor tokens = prompt.Trainable[0].Parameter;
        double scale = tokens.mul(tokens).mean().sqrt().item<float>();
        Assert.InRange(scale / (factor * own), 0.95, 1.05);
    }

    [Fact]
    public void Key_slice_keeps_its_bits_when_only_query_and_value_are_targets()
    {
        using var scope = NewDisposeScope();
        using Sam model = TestModels.Tiny();
        using IFineTuning lora = FineTuning.Create(new LoraConfig { Rank = 4, Alpha = 8, Dropout = 0 }, model, 3);
        GoldenParameters.Lora(lora, Goldens.Tiny());
        using var guard = no_grad();
        var input = Goldens.Tiny()["enc.block1_attn_in"];
        var fused = matmul(input, rand(64, 192));
        float[] before = TensorCopy.ToArray(fused);
        var after = lora.Adaptation.ApplyToLinear("image_encoder.blocks.1.attn.qkv", input, fused.clone());
        float[] changed = TensorCopy.ToArray(after);
        Assert.Equal(TensorCopy.ToArray(fused.narrow(-1, 64, 64)), TensorCopy.ToArray(after.narrow(-1, 64, 64)));
        Assert.True(before.Zip(changed).Count(p => p.First != p.Second) > before.Length / 2);
    }

    [Fact]
    public void Merge_equals_the_added_update_and_unmerge_restores_the_base()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        Goldens goldens = Goldens.Tiny();
        using Sam model = TestModels.Tiny();
        Dictionary<string, float[]> before = model.state_dict().ToDictionary(p => p.Key, p => TensorCopy.ToArray(p.Value));
        using IFineTuning lora = FineTuning.Create(new LoraConfig { Rank = 4, Alpha = 8, Dropout = 0 }, model, 3);
        GoldenParameters.Lora(lora, goldens);
        ((IMergeable)lora).Merge(model);
        Near.Assert(goldens["lora.image_embeddings"], model.EncodeImages(goldens["preprocessed"], NoAdaptation.Instance), 1e-4);
        ((IMergeable)lora).Unmerge(model);
        foreach ((string name, Tensor value) in model.state_dict())
        {
            Near.Assert(tensor(before[name], value.shape), value, 1e-6, name);
        }
    }

    [Fact]
    public void An_adapter_on_the_output_is_a_bottleneck_over_the_channels_of_the_base_embedding()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using Sam model = TestModels.Tiny();
        using IFineTuning output = TrainedMethods.Create(new AdapterConfig { Bottleneck = 8, Blocks = [], Output = true }, model, 3);
        Assert.False(output.ChangesImageEncoder);
        Assert.Equal(new AdapterConfig { Bottleneck = 8 }.ParametersPerBlock(32), output.ParameterCount());
        Dictionary<string, Tensor> values = output.Trainable.ToDictionary(p => p.Name.Replace("base_model.model.image_encoder.output_adapter.", "", StringComparison.Ordinal), p => (Tensor)p.Parameter);
        var image = Goldens.Tiny()["preprocessed"];
        var embedding = model.EncodeImages(image, NoAdaptation.Instance);
        var hidden = nn.functional.gelu(nn.functional.conv2d(embedding, values["down.weight"].unsqueeze(-1).unsqueeze(-1), values["down.bias"]));
        var expected = embedding + nn.functional.conv2d(hidden, values["up.weight"].unsqueeze(-1).unsqueeze(-1), values["up.bias"]);
        Near.Assert(expected, model.EncodeImages(image, output.Adaptation), 1e-5);
        Near.Assert(expected, output.Adaptation.ApplyToEmbedding(embedding), 1e-5);
    }

    [Fact]
    public void Adapters_nowhere_are_refused() =>
        Assert.Contains("no blocks are chosen", Assert.Throws<ArgumentException>(new AdapterConfig { Blocks = [] }.Validate).Message, StringComparison.Ordinal);

    [Fact]
    public void Target_that_matches_nothing_is_refused_with_what_exists()
    {
        using Sam model = TestModels.Tiny();
        var error = Assert.Throws<ArgumentException>(() => FineTuning.Create(new LoraConfig { Targets = ["encoder.qkv_proj"] }, model, 0));
        Assert.Contains("'encoder.qkv_proj' matches no layer; there are encoder.q, encoder.k, encoder.v", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_the_other_port_reach_only_the_decoder()
    {
        using Sam model = TestModels.Tiny();
        Assert.All(LoraSite.Select(model, ["q_proj", "v_proj"]), site => Assert.StartsWith("mask_decoder.", site.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void Sizes_on_vit_h_are_those_of_the_literature()
    {
        SamArchitecture huge = SamArchitecture.VitH;
        Assert.Equal(165_184, new AdapterConfig().ParametersPerBlock(huge.EncoderEmbedDim));
        Assert.Equal(163_840, new AdapterConfig { Bias = false }.ParametersPerBlock(huge.EncoderEmbedDim));
        Assert.Equal(5_285_888, huge.EncoderDepth * new AdapterConfig().ParametersPerBlock(huge.EncoderEmbedDim));
        long lora = huge.EncoderDepth * 2L * 2 * huge.EncoderEmbedDim * new LoraConfig().Rank;
        Assert.Equal(1_310_720, lora);
        Assert.Equal(2_621_440, 2 * lora);
        Assert.Equal(2_560, new PromptTuningConfig().Tokens * huge.PromptEmbedDim);
    }

    [Fact]
    public void Counts_on_a_real_model_follow_the_same_arithmetic()
    {
        using Sam model = TestModels.Tiny();
        int width = 64, depth = 4;
        using IFineTuning lora = FineTuning.Create(new LoraConfig(), model, 0);
        Assert.Equal(depth * 2L * 2 * width * 8, lora.ParameterCount());
        using IFineTuning adapters = FineTuning.Create(new AdapterConfig(), model, 0);
        Assert.Equal(depth * new AdapterConfig().ParametersPerBlock(width), adapters.ParameterCount());
        using IFineTuning full = FineTuning.Create(FullConfig.MedSam, model, 0);
        Assert.Equal(model.parameters().Sum(p => p.numel()) - model.PromptEncoder.parameters().Sum(p => p.numel()), full.ParameterCount());
    }

    private static MethodConfig Config(string method) => method switch
    {
        "adapters" => new AdapterConfig { Bottleneck = 8 },
        "output-adapter" => new AdapterConfig { Bottleneck = 8, Output = true },
        "output-adapter-alone" => new AdapterConfig { Bottleneck = 8, Blocks = [], Output = true },
        "lora" => new LoraConfig { Targets = s_everywhere },
        "prompt" => new PromptTuningConfig(),
        _ => new FullConfig(),
    };
}
