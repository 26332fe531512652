using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Checkpoints.Layouts;
using SamTune.Cli.Advice;
using SamTune.Imaging;

namespace SamTune.Cli.Tests.Advice;

public sealed class MethodAdviceTests
{
    [Theory]
    [InlineData(1, "lora", 4, 100, "few-shot")]
    [InlineData(99, "lora", 4, 100, "few-shot")]
    [InlineData(100, "lora", 8, 50, "medical")]
    [InlineData(999, "lora", 8, 50, "medical")]
    [InlineData(1000, "adapters", null, 50, "medical")]
    [InlineData(9999, "adapters", null, 50, "medical")]
    [InlineData(10_000, "full", null, 50, "medical")]
    [InlineData(20_000, "full", null, 25, "medical")]
    [InlineData(1_000_000, "full", null, 20, "medical")]
    public void The_number_of_pictures_chooses(int pictures, string method, int? rank, int epochs, string augmentation)
    {
        MethodAdvice advice = MethodAdvice.For(new AdviceRequest(pictures, "ct", SamArchitecture.VitB, 1024, MemoryBytes: null, Cores: 2));
        Assert.Equal((method, rank, epochs, 5, augmentation), (advice.Config.Method, (advice.Config as LoraConfig)?.Rank, advice.Epochs, advice.Patience, advice.Augmentation));
        Assert.Equal(method == "full" ? 1e-5 : 1e-3, advice.Config.DefaultLearningRate);
        advice.Config.Validate();
        advice.Options.Validate();
        Assert.Equal((epochs, 5, advice.Batch), (advice.Options.Epochs, advice.Options.Patience!.Value, advice.Options.BatchSize));
    }

    [Theory]
    [InlineData("satellite", "satellite")]
    [InlineData("mri", "medical")]
    [InlineData("underwater", "few-shot")]
    [InlineData(null, "few-shot")]
    public void The_domain_chooses_the_augmentation(string? domain, string augmentation) =>
        Assert.Equal(augmentation, MethodAdvice.For(new AdviceRequest(500, domain, SamArchitecture.VitB, 1024, null, 2)).Augmentation);

    [Theory]
    // What the wanted method needs, then the cheaper ways in their order.
    [InlineData(10_000, 64e9, typeof(FullConfig), 1024, 2)]
    [InlineData(10_000, 4e9, typeof(AdapterConfig), 1024, 1)]
    [InlineData(50, 64e9, typeof(LoraConfig), 1024, 2)]
    [InlineData(50, 4e9, typeof(LoraConfig), 1024, 1)]
    [InlineData(50, 1.6e9, typeof(LoraConfig), 512, 1)]
    [InlineData(50, 1.0e9, typeof(LoraConfig), 256, 1)]
    [InlineData(50, 0.1e9, typeof(PromptTuningConfig), 1024, 1)]
    public void Memory_narrows_the_choice(int pictures, double memory, Type method, int side, int batch)
    {
        MethodAdvice advice = MethodAdvice.For(new AdviceRequest(pictures, null, SamArchitecture.VitB, 1024, (long)memory, 2));
        Assert.Equal((method, side, batch), (advice.Config.GetType(), advice.InputSide, advice.Batch));
        Assert.True(advice.Forecast.MemoryBytes <= memory || memory < 1e9);
    }

    [Fact]
    public void The_last_third_of_the_blocks_comes_before_a_smaller_input()
    {
        MethodAdvice advice = MethodAdvice.For(new AdviceRequest(10_000, null, SamArchitecture.VitB, 1024, 3_000_000_000, 2));
        Assert.Equal(8, Assert.IsType<AdapterConfig>(advice.Config).FromBlock);
        Assert.Contains(" --from-block 8 ", advice.Flags(1024), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_reason_names_a_figure_or_the_domain()
    {
        foreach (int pictures in new[] { 12, 512, 5120, 51_200 })
        {
            MethodAdvice advice = MethodAdvice.For(new AdviceRequest(pictures, "ct", SamArchitecture.VitB, 1024, 16_000_000_000, 2));
            Assert.True(advice.Reasons.Count >= 4);
            Assert.All(advice.Reasons, r => Assert.True(r.Because.Any(char.IsAsciiDigit) || r.Because.Contains("ct", StringComparison.Ordinal), r.Because));
            Assert.Contains(advice.Reasons, r => r.Because.Contains($"{pictures} pictures", StringComparison.Ordinal));
            Assert.Contains(advice.Reasons, r => r.Because.Contains("of 16.0 GB", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_flags_say_the_same()
    {
        MethodAdvice advice = MethodAdvice.For(new AdviceRequest(50, null, SamArchitecture.VitB, 1024, 1_600_000_000, 2));
        Assert.Equal("--method lora --rank 4 --alpha 16 --lr 0.001 --epochs 100 --patience 5 --augment few-shot --batch 1 --input-size 512", advice.Flags(1024));
        Assert.DoesNotContain("--input-size", advice.Flags(512), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4GB", 4_000_000_000)]
    [InlineData("1.5 gb", 1_500_000_000)]
    [InlineData("500MB", 500_000_000)]
    [InlineData("8g", 8_000_000_000)]
    [InlineData("1048576", 1_048_576)]
    public void Memory_is_read_as_it_is_typed(string text, long bytes) => Assert.Equal(bytes, MemorySize.Parse(text, "--memory"));

    [Theory]
    [InlineData("much")]
    [InlineData("0GB")]
    [InlineData("-4GB")]
    [InlineData("NaN")]
    public void What_is_no_memory_is_refused(string text) =>
        Assert.Contains(text, Assert.Throws<InputException>(() => MemorySize.Parse(text, "--memory")).Message, StringComparison.Ordinal);
}
