using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Bands;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Adaptation.Tests.Domains;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Adaptation.Tests.Bands;

public sealed class ExtraBandTests
{
    private static readonly ExtraBands s_nearInfrared = new() { Means = [0.4], Deviations = [0.2] };

    public static TheoryData<string> Methods => ["adapters", "lora", "full"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void New_filters_of_zero_give_the_base_to_the_bit_for_any_picture(string method)
    {
        using var scope = NewDisposeScope();
        using Sam model = TestModels.Tiny();
        using IFineTuning four = FineTuning.Create(Config(method) with { ExtraBands = s_nearInfrared }, model, 1);
        var pictures = DomainPass.Pictures(2, 4);
        Assert.Equal(DomainPass.Numbers(model, pictures.narrow(1, 0, 3), NoAdaptation.Instance), DomainPass.Numbers(model, pictures, four.Adaptation));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Filters_of_the_mean_give_the_base_where_the_bands_are_equal_and_count_elsewhere(int bands)
    {
        using var scope = NewDisposeScope();
        using Sam model = TestModels.Tiny();
        ExtraBands mean = new() { Means = new double[bands], Deviations = [.. Enumerable.Repeat(1.0, bands)], Initialisation = BandInitialisation.RgbMean };
        using IFineTuning wide = FineTuning.Create(new LoraConfig { ExtraBands = mean }, model, 1);
        var grey = DomainPass.Pictures(2).narrow(1, 0, 1);
        (float[] expected, _) = DomainPass.Run(model, grey.expand(-1, 3, -1, -1), NoAdaptation.Instance);
        (float[] equal, _) = DomainPass.Run(model, grey.expand(-1, 3 + bands, -1, -1), wide.Adaptation);
        Assert.True(DomainPass.Difference(expected, equal) <= 1e-4);
        (float[] other, _) = DomainPass.Run(model, cat([grey.expand(-1, 2 + bands, -1, -1), -grey], 1), wide.Adaptation);
        Assert.True(DomainPass.Difference(expected, other) > 1e-2);
    }

    [Theory]
    [InlineData("adapters")]
    [InlineData("lora")]
    [InlineData("prompt")]
    public void Training_moves_the_filters_and_leaves_the_base_as_it_is(string method)
    {
        using Sam model = TestModels.Tiny();
        string before = SamFingerprint.Compute(model);
        using IFineTuning four = FineTuning.Create(Config(method) with { ExtraBands = s_nearInfrared }, model, 1);
        Assert.True(four.ChangesImageEncoder);
        Assert.IsNotAssignableFrom<IMergeable>(four);
        (string name, var filters) = four.Trainable[^1];
        Assert.Equal("base_model.model.image_encoder.patch_embed.extra_bands.weight", name);
        Assert.Equal([64L, 1, 16, 16], filters.shape);
        using var optimizer = optim.SGD(four.Trainable.Select(p => p.Parameter), 0.01);
        double[] losses = [.. Enumerable.Range(0, 3).Select(step =>
        {
            using var scope = NewDisposeScope();
            four.SetMode(training: false, step);
            optimizer.zero_grad();
            var loss = DomainPass.Loss(model, DomainPass.Pictures(2, 4), four.Adaptation);
            loss.backward();
            optimizer.step();
            return (double)loss.item<float>();
        })];
        Assert.True(losses[^1] < losses[0]);
        Assert.Contains(TensorCopy.ToArray(filters), v => v != 0);
        Assert.Equal(before, SamFingerprint.Compute(model));
    }

    [Fact]
    public void A_picture_without_the_band_and_a_base_with_it_are_refused()
    {
        using var scope = NewDisposeScope();
        using Sam model = TestModels.Tiny();
        using IFineTuning four = FineTuning.Create(new LoraConfig { ExtraBands = s_nearInfrared }, model, 1);
        Assert.Contains("3 channels", Assert.Throws<ArgumentException>(() => DomainPass.Run(model, DomainPass.Pictures(1), four.Adaptation)).Message, StringComparison.Ordinal);
        Assert.Contains("4 channels", Assert.Throws<ArgumentException>(() => DomainPass.Run(model, DomainPass.Pictures(1, 4), NoAdaptation.Instance)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new double[0], new double[0])]
    [InlineData(new[] { 1.0 }, new[] { 1.0, 2 })]
    [InlineData(new[] { double.NaN }, new[] { 1.0 })]
    [InlineData(new[] { 1.0 }, new[] { 0.0 })]
    [InlineData(new[] { 1.0 }, new[] { double.PositiveInfinity })]
    public void Bands_without_usable_statistics_are_refused(double[] means, double[] deviations)
    {
        using Sam model = TestModels.Tiny();
        var config = new LoraConfig { ExtraBands = new ExtraBands { Means = means, Deviations = deviations } };
        Assert.Contains("extra bands: ", Assert.Throws<ArgumentException>(() => FineTuning.Create(config, model, 0)).Message, StringComparison.Ordinal);
    }

    private static MethodConfig Config(string method) => method switch
    {
        "adapters" => new AdapterConfig { Bottleneck = 4, Output = true },
        "lora" => new LoraConfig { Rank = 2 },
        "prompt" => new PromptTuningConfig { Tokens = 2 },
        _ => new FullConfig(),
    };
}
