using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Bands;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Modeling;
using SamTune.Testing;

namespace SamTune.Adaptation.Tests;

public sealed class LatePlacementTests
{
    [Fact]
    public void Only_blocks_from_the_first_on_are_adapted_and_the_decoder_is_not_concerned()
    {
        using Sam model = TestModels.Tiny();
        using IFineTuning adapters = FineTuning.Create(new AdapterConfig { FromBlock = 2 }, model, 1);
        Assert.Equal([2, 3], Blocks(adapters));
        using IFineTuning lora = FineTuning.Create(new LoraConfig { FromBlock = 3, Targets = ["encoder.q", "encoder.mlp", "decoder.q"] }, model, 1);
        Assert.Equal([3], Blocks(lora));
        using IFineTuning everywhere = FineTuning.Create(new LoraConfig { Targets = ["decoder.q"] }, model, 1);
        Assert.Equal(everywhere.Trainable.Select(p => p.Name), lora.Trainable.Select(p => p.Name).Where(n => n.Contains("mask_decoder", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_comes_before_everything_trained_is_told()
    {
        using Sam model = TestModels.Tiny();
        FrozenPrefix Of(MethodConfig config)
        {
            using IFineTuning method = FineTuning.Create(config, model, 1);
            return method.FrozenPrefix;
        }

        // An adapter stands behind its block, an update of LoRA within it.
        Assert.Equal(FrozenPrefix.UpTo(3), Of(new AdapterConfig { FromBlock = 2 }));
        Assert.Equal(FrozenPrefix.UpTo(2), Of(new LoraConfig { FromBlock = 2 }));
        Assert.Equal(FrozenPrefix.UpTo(2), Of(new AdapterConfig { Blocks = [3, 1] }));
        Assert.Equal(FrozenPrefix.UpTo(3), Of(new LoraConfig { Targets = ["image_encoder.blocks.3.*", "decoder.v"] }));
        Assert.Equal(FrozenPrefix.WholeEncoder(4), Of(new LoraConfig { Targets = ["decoder.q"] }));
        Assert.Equal(FrozenPrefix.WholeEncoder(4), Of(new AdapterConfig { Blocks = [], Output = true }));
        Assert.Equal(FrozenPrefix.WholeEncoder(4), Of(new PromptTuningConfig()));
        Assert.Equal(FrozenPrefix.WholeEncoder(4), Of(new FullConfig { FreezeImageEncoder = true }));
        Assert.Equal(FrozenPrefix.None, Of(new FullConfig()));
        Assert.Equal(FrozenPrefix.None, Of(new PromptTuningConfig { ExtraBands = new ExtraBands { Means = [1], Deviations = [1] } }));
    }

    [Fact]
    public void Composed_updates_start_where_the_earliest_part_starts()
    {
        using Sam model = TestModels.Tiny();
        using IFineTuning late = TrainedMethods.Create(new LoraConfig { FromBlock = 3 }, model, 1);
        using IFineTuning later = TrainedMethods.Create(new LoraConfig { FromBlock = 2 }, model, 2);
        using IFineTuning all = TrainedMethods.Create(new LoraConfig(), model, 3);
        using IFineTuning two = LoraComposition.Create(model, [("a", late, 1), ("b", later, 1)]);
        using IFineTuning three = LoraComposition.Create(model, [("a", late, 1), ("b", all, 1)]);
        Assert.Equal([2, 3], Blocks(two));
        Assert.Equal([0, 1, 2, 3], Blocks(three));
    }

    [Fact]
    public void Blocks_that_cannot_be_are_refused_with_those_that_can()
    {
        using Sam model = TestModels.Tiny();
        string Error(MethodConfig config) => Assert.Throws<ArgumentException>(() => FineTuning.Create(config, model, 0)).Message;
        Assert.Equal("lora: the first block is 4; this encoder has blocks 0..3.", Error(new LoraConfig { FromBlock = 4 }));
        Assert.Equal("adapters: the first block is 9; this encoder has blocks 0..3.", Error(new AdapterConfig { FromBlock = 9 }));
        Assert.Equal("adapters: the first block is -1; it must be at least 0.", Error(new AdapterConfig { FromBlock = -1 }));
        Assert.Contains("both given", Error(new AdapterConfig { FromBlock = 1, Blocks = [2] }), StringComparison.Ordinal);
        Assert.Contains("no layer of block 2 or later", Error(new LoraConfig { FromBlock = 2, Targets = ["image_encoder.blocks.1.*"] }), StringComparison.Ordinal);
    }

    private static IEnumerable<int> Blocks(IFineTuning method) => method.Trainable.Select(p => p.Name.Split("image_encoder.blocks.")).Where(p => p.Length == 2)
        .Select(p => int.Parse(p[1].Split('.')[0], System.Globalization.CultureInfo.InvariantCulture)).Distinct().Order();
}
