using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Bands;
using SamTune.Adaptation.Domains;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Modeling;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Adaptation.Tests.Domains;

public sealed class BatchAdaptationTests
{
    private static readonly string[] s_everywhere =
        ["encoder.q", "encoder.k", "encoder.v", "encoder.proj", "encoder.mlp", "decoder.q", "decoder.k", "decoder.v", "decoder.out", "decoder.mlp"];

    private static readonly MethodConfig[] s_configs =
    [
        new LoraConfig { Rank = 4, Targets = s_everywhere },
        new AdapterConfig { Bottleneck = 8, Output = true },
        new PromptTuningConfig { Tokens = 3 },
        new PromptTuningConfig { Tokens = 7 },
        new LoraConfig { Rank = 2, Targets = ["encoder.v", "decoder.q"] },
        new AdapterConfig { Bottleneck = 4, Blocks = [], Output = true },
    ];

    // -1 is the base.
    [Theory]
    [InlineData(0, 0, 1, 1, 2, 3)]
    [InlineData(0, 2, 0, -1, 3, 0)]
    [InlineData(1, 0, 1, 2, 1, -1)]
    [InlineData(-1, 4, 5, 4, 5, -1)]
    [InlineData(3, 2, 3, 2, 2, 3)]
    [InlineData(-1, -1, 2)]
    [InlineData(5, 4, 3, 2, 1, 0, -1)]
    public void A_mixed_batch_equals_one_picture_at_a_time(params int[] domains)
    {
        using var scope = NewDisposeScope();
        using Sam model = TestModels.Tiny();
        IFineTuning[] methods = [.. s_configs.Select((c, i) => TrainedMethods.Create(c, model, i))];
        IModelAdaptation[] rows = [.. domains.Select(d => d < 0 ? NoAdaptation.Instance : methods[d].Adaptation)];
        AssertEqualsAlone(model, DomainPass.Pictures(domains.Length), rows);
        Array.ForEach(methods, m => m.Dispose());
    }

    [Fact]
    public void Pictures_with_and_without_extra_bands_share_a_batch()
    {
        using var scope = NewDisposeScope();
        using Sam model = TestModels.Tiny();
        var near = new ExtraBands { Means = [0.4], Deviations = [0.2], Initialisation = BandInitialisation.RgbMean };
        using IFineTuning four = TrainedMethods.Create(new LoraConfig { Rank = 2, ExtraBands = near }, model, 1);
        using IFineTuning five = TrainedMethods.Create(new PromptTuningConfig { Tokens = 2, ExtraBands = near with { Means = [0, 0], Deviations = [1, 1] } }, model, 2);
        using IFineTuning three = TrainedMethods.Create(new LoraConfig { Rank = 2 }, model, 3);
        AssertEqualsAlone(model, DomainPass.Pictures(5, 5), [four.Adaptation, NoAdaptation.Instance, five.Adaptation, four.Adaptation, three.Adaptation]);
    }

    [Fact]
    public void A_batch_of_one_domain_is_that_domain_itself()
    {
        using var scope = NewDisposeScope();
        using Sam model = TestModels.Tiny();
        using IFineTuning lora = TrainedMethods.Create(new LoraConfig(), model, 1);
        Assert.Same(lora.Adaptation, BatchAdaptation.Create([lora.Adaptation, lora.Adaptation]));
        IModelAdaptation mixed = BatchAdaptation.Create([lora.Adaptation, NoAdaptation.Instance]);
        Assert.Same(lora.Adaptation, mixed.ForPrompts(tensor(new long[] { 0, 0 })));
        Assert.Throws<ArgumentException>(() => BatchAdaptation.Create([]));
    }

    [Fact]
    public void Each_adapter_runs_once_a_layer_and_only_where_it_acts()
    {
        using var scope = NewDisposeScope();
        using Sam model = TestModels.Tiny();
        Counter first = new(["image_encoder.blocks.0.attn.qkv"]), second = new([]);
        IModelAdaptation mixed = BatchAdaptation.Create([first, second, first, NoAdaptation.Instance]);
        using var guard = no_grad();
        model.EncodeImages(DomainPass.Pictures(4), mixed);
        Assert.Equal(["image_encoder.blocks.0.attn.qkv"], first.Layers);
        Assert.Empty(second.Layers);
        Assert.Equal(2, first.Rows.Single());
        Assert.True(mixed.AdaptsLinear("image_encoder.blocks.0.attn.qkv"));
        Assert.False(mixed.AdaptsLinear("image_encoder.blocks.1.attn.qkv"));
    }

    [Fact]
    public void Gradients_of_a_mixed_batch_reach_each_domain_from_its_own_pictures_only()
    {
        using var scope = NewDisposeScope();
        using Sam model = TestModels.Tiny();
        using IFineTuning used = TrainedMethods.Create(new LoraConfig { Rank = 2 }, model, 1), unused = TrainedMethods.Create(new AdapterConfig { Bottleneck = 4 }, model, 2);
        IModelAdaptation mixed = BatchAdaptation.Create([used.Adaptation, unused.Adaptation, used.Adaptation]);
        model.EncodeImages(DomainPass.Pictures(3), mixed).index_select(0, tensor(new long[] { 0, 2 })).square().sum().backward();
        Assert.All(used.Trainable, p => Assert.True(p.Parameter.grad!.abs().max().item<float>() > 0, p.Name));
        Assert.All(unused.Trainable, p => Assert.True(p.Parameter.grad is not { } grad || grad.abs().max().item<float>() == 0, p.Name));
    }

    [Fact]
    public void A_batch_of_another_size_is_refused()
    {
        using var scope = NewDisposeScope();
        using Sam model = TestModels.Tiny();
        using IFineTuning adapters = TrainedMethods.Create(new AdapterConfig { Bottleneck = 4 }, model, 1);
        IModelAdaptation mixed = BatchAdaptation.Create([adapters.Adaptation, NoAdaptation.Instance]);
        using var guard = no_grad();
        Assert.Contains("3 rows", Assert.Throws<ArgumentException>(() => model.EncodeImages(DomainPass.Pictures(3), mixed)).Message, StringComparison.Ordinal);
        Assert.Contains("4 channels", Assert.Throws<ArgumentException>(() => model.EncodeImages(DomainPass.Pictures(2, 4), mixed)).Message, StringComparison.Ordinal);
    }

    private static void AssertEqualsAlone(Sam model, Tensor pictures, IReadOnlyList<IModelAdaptation> rows)
    {
        (float[] lowRes, float[] iou) = DomainPass.Run(model, pictures, BatchAdaptation.Create(rows));
        (float[] LowRes, float[] Iou)[] alone = [.. rows.Select((adaptation, i) =>
            DomainPass.Run(model, pictures.narrow(0, i, 1).narrow(1, 0, 3 + adaptation.ExtraBands.Count), adaptation, i))];
        Assert.InRange(DomainPass.Difference([.. alone.SelectMany(a => a.LowRes)], lowRes), 0, 1e-5f);
        Assert.InRange(DomainPass.Difference([.. alone.SelectMany(a => a.Iou)], iou), 0, 1e-5f);

        // The domains differ from the base by far more than the tolerance, or the comparison would say nothing.
        (float[] plain, _) = DomainPass.Run(model, pictures.narrow(1, 0, 3), NoAdaptation.Instance);
        Assert.True(DomainPass.Difference(plain, lowRes) > 1e-3);
    }

    private sealed class Counter(string[] adapted) : IModelAdaptation
    {
        public List<string> Layers { get; } = [];

        public List<long> Rows { get; } = [];

        public Tensor? PromptTokens => null;

        public bool AdaptsLinear(string layer) => adapted.Contains(layer);

        public Tensor ApplyToLinear(string layer, Tensor input, Tensor output)
        {
            Layers.Add(layer);
            Rows.Add(output.shape[0]);
            return output;
        }

        public Tensor ApplyAfterBlock(int block, Tensor tokens) => tokens;
    }
}
