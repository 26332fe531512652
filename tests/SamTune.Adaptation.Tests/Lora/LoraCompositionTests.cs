using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Bands;
using SamTune.Adaptation.Domains;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Adaptation.Tests.Domains;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Adaptation.Tests.Lora;

public sealed class LoraCompositionTests
{
    private static readonly LoraConfig s_mri = new() { Rank = 3, Alpha = 7, Targets = ["encoder.q", "encoder.v", "decoder.q"] };
    private static readonly LoraConfig s_ct = new() { Rank = 2, Alpha = 32, Targets = ["encoder.v", "encoder.mlp"] };

    [Fact]
    public void A_composition_is_the_weighted_sum_of_the_updates_of_each_layer()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using Sam model = TestModels.Tiny();
        using AdapterSet set = Set(model);
        using IFineTuning composed = set.Compose(DomainMixture.Parse("mri:0.7+ct:-0.3"));
        Assert.Equal(5, Assert.IsType<LoraConfig>(composed.Config).Rank);
        string[] layers = [.. LoraSite.All(model).Select(s => s.Layer).Distinct()];
        Assert.Equal(layers.Where(l => set.Adaptation("mri").AdaptsLinear(l) || set.Adaptation("ct").AdaptsLinear(l)), layers.Where(composed.Adaptation.AdaptsLinear));
        Dictionary<string, TorchSharp.Modules.Parameter> weights = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        foreach (string layer in layers)
        {
            long[] shape = weights[$"{layer}.weight"].shape;
            using var generator = new Generator(5);
            var input = randn([6, shape[1]], generator: generator) / Math.Sqrt(shape[1]);
            Tensor Update(IModelAdaptation adaptation) => adaptation.ApplyToLinear(layer, input, zeros(6, shape[0]));
            var sum = 0.7 * Update(set.Adaptation("mri")) - 0.3 * Update(set.Adaptation("ct"));
            Near.Assert(sum, Update(composed.Adaptation), 1e-6, layer);
        }
    }

    [Theory]
    [InlineData("mri:1+ct:0", "mri")]
    [InlineData("mri:0+ct:1", "ct")]
    [InlineData("ct", "ct")]
    public void Weights_one_and_zero_give_the_single_adapter_to_the_bit(string mixture, string alone)
    {
        using var scope = NewDisposeScope();
        using Sam model = TestModels.Tiny();
        using AdapterSet set = Set(model);
        using IFineTuning composed = set.Compose(DomainMixture.Parse(mixture));
        Assert.Equal(DomainPass.Numbers(model, DomainPass.Pictures(2), set.Adaptation(alone)), DomainPass.Numbers(model, DomainPass.Pictures(2), composed.Adaptation));
        Assert.NotSame(set.Method(alone), composed);
    }

    [Fact]
    public void A_merged_composition_predicts_as_the_composition()
    {
        using var scope = NewDisposeScope();
        using Sam model = TestModels.Tiny();
        using AdapterSet set = Set(model);
        using IFineTuning composed = set.Compose(DomainMixture.Parse("mri:0.5+ct:0.5"));
        (float[] expected, _) = DomainPass.Run(model, DomainPass.Pictures(2), composed.Adaptation);
        Assert.IsAssignableFrom<IMergeable>(composed).Merge(model);
        (float[] merged, _) = DomainPass.Run(model, DomainPass.Pictures(2), NoAdaptation.Instance);
        Assert.True(DomainPass.Difference(expected, merged) <= 1e-4);
    }

    [Fact]
    public void What_does_not_add_up_is_refused_with_the_reason()
    {
        using Sam model = TestModels.Tiny();
        using AdapterSet set = Set(model);
        set.Add("adapters", FineTuning.Create(new AdapterConfig { Bottleneck = 2 }, model, 0));
        set.Add("prompt", FineTuning.Create(new PromptTuningConfig(), model, 0));
        set.Add("nir", FineTuning.Create(new LoraConfig { ExtraBands = new ExtraBands { Means = [0], Deviations = [1] } }, model, 0));
        set.Add("wide", FineTuning.Create(new LoraConfig { Rank = 1024, Targets = ["image_encoder.blocks.0.attn.qkv.q"] }, model, 0));
        foreach ((string mixture, string said) in new[]
        {
            ("mri:0.5+adapters:0.5", "only LoRA can be composed"), ("prompt:0.5", "only LoRA can be composed"), ("mri+nir", "extra bands"),
            ("mri:0+ct:0", "every weight is 0"), ("mri+xray", "is not in the set"), ("wide+mri", "1027"),
        })
        {
            Assert.Contains(said, Assert.Throws<InputException>(() => set.Compose(DomainMixture.Parse(mixture))).Message, StringComparison.Ordinal);
        }
    }

    private static AdapterSet Set(Sam model)
    {
        var set = new AdapterSet(model);
        set.Add("mri", TrainedMethods.Create(s_mri, model, 1));
        set.Add("ct", TrainedMethods.Create(s_ct, model, 2));
        return set;
    }
}
