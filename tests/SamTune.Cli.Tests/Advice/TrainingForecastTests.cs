using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Checkpoints.Layouts;
using SamTune.Cli.Advice;
using SamTune.Modeling;
using SamTune.Testing;
using SamTune.Training;
using SamTune.Training.Caching;

namespace SamTune.Cli.Tests.Advice;

public sealed class TrainingForecastTests
{
    [Fact]
    public void Values_are_counted_as_the_publications_do()
    {
        Assert.Equal(93_735_472, Of(SamArchitecture.VitB, new FullConfig()).Parameters);
        Assert.Equal(641_090_608, Of(SamArchitecture.VitH, new FullConfig()).TrainedParameters);
        Assert.Equal(1_310_720, Of(SamArchitecture.VitH, new LoraConfig()).TrainedParameters);
        Assert.Equal(1_966_080, Of(SamArchitecture.VitH, new LoraConfig { Targets = ["encoder.q", "encoder.k", "encoder.v"] }).TrainedParameters);
        Assert.Equal(32 * 165_184, Of(SamArchitecture.VitH, new AdapterConfig()).TrainedParameters);
        Assert.Equal(2_560, Of(SamArchitecture.VitH, new PromptTuningConfig()).TrainedParameters);
    }

    [Theory]
    [InlineData("full")]
    [InlineData("adapters")]
    [InlineData("lora")]
    [InlineData("prompt")]
    public void Trained_values_are_those_of_the_method_itself(string name)
    {
        MethodConfig config = name switch { "full" => new FullConfig(), "adapters" => new AdapterConfig { Bottleneck = 3 }, "lora" => new LoraConfig { Rank = 2 }, _ => new PromptTuningConfig() };
        using Sam model = TestModels.Tiny();
        using IFineTuning tuning = FineTuning.Create(config, model, 1);
        Assert.Equal(tuning.ParameterCount(), TrainingForecast.Of(model.Architecture, config, model.InputSide, 1, 1).TrainedParameters);
    }

    [Fact]
    public void A_step_takes_about_what_was_measured_on_two_cores()
    {
        // Batches of 2 at 256 and of 1 at 1024, ViT-B, single precision.
        Assert.Equal(1.46, TrainingForecast.Of(SamArchitecture.VitB, new LoraConfig(), 256, 2, 2).SecondsPerStep, 0.2);
        Assert.Equal(2.16, TrainingForecast.Of(SamArchitecture.VitB, new FullConfig(), 256, 2, 2).SecondsPerStep, 0.3);
        Assert.Equal(20, TrainingForecast.Of(SamArchitecture.VitB, new LoraConfig(), 1024, 1, 2).SecondsPerStep, 4.0);
    }

    [Theory]
    [InlineData("full", null, false, 4.412e9)]
    [InlineData("lora", null, false, 2.374e9)]
    [InlineData("lora", null, true, 0.963e9)]
    [InlineData("lora", 8, false, 1.066e9)]
    [InlineData("lora", 8, true, 0.857e9)]
    [InlineData("adapters", 8, false, 0.814e9)]
    public void Memory_of_a_large_model_is_about_what_was_measured(string method, int? fromBlock, bool isCheckpointed, double aboveTheBase)
    {
        // docs/benchmarks.md, training-memory: one picture of 1024 x 1024 with one object, above a process with the base loaded.
        MethodConfig config = method switch { "full" => new FullConfig(), "lora" => new LoraConfig { FromBlock = fromBlock }, _ => new AdapterConfig { FromBlock = fromBlock } };
        TrainingForecast forecast = TrainingForecast.Of(SamArchitecture.VitB, config, 1024, 1, 2, new SourceSizes(null, 0, MostObjects: 1), new TrainingOptions { Checkpointing = isCheckpointed });
        Assert.InRange(forecast.MemoryBytes / (280e6 + (4.0 * forecast.Parameters) + aboveTheBase), 0.8, 1.2);
    }

    [Fact]
    public void What_is_larger_needs_more()
    {
        TrainingForecast lora = Of(SamArchitecture.VitB, new LoraConfig());
        Assert.True(Of(SamArchitecture.VitL, new LoraConfig()).MemoryBytes > lora.MemoryBytes);
        Assert.True(Of(SamArchitecture.VitB, new FullConfig()).MemoryBytes > lora.MemoryBytes);
        Assert.True(TrainingForecast.Of(SamArchitecture.VitB, new LoraConfig(), 1024, 2, 2).MemoryBytes > lora.MemoryBytes);
        Assert.True(TrainingForecast.Of(SamArchitecture.VitB, new LoraConfig(), 512, 1, 2).MemoryBytes < lora.MemoryBytes / 2);
        // Adapters in the last blocks leave what lies before them without a backward pass.
        Assert.True(Of(SamArchitecture.VitB, new AdapterConfig { Blocks = [10, 11] }).MemoryBytes < 0.6 * Of(SamArchitecture.VitB, new AdapterConfig()).MemoryBytes);
        // Prompt tuning and a frozen encoder keep their embeddings.
        Assert.True(Of(SamArchitecture.VitB, new PromptTuningConfig()).SecondsPerStep < lora.SecondsPerStep / 10);
        Assert.True(Of(SamArchitecture.VitB, new FullConfig { FreezeImageEncoder = true }).SecondsPerStep < lora.SecondsPerStep / 10);
        Assert.Equal(lora.SecondsPerStep / 4, TrainingForecast.Of(SamArchitecture.VitB, new LoraConfig(), 1024, 1, 8).SecondsPerStep, 1e-9);
        Assert.Equal(3 * ((5 * lora.SecondsPerStep) + (2 * lora.SecondsPerPicture)), lora.TotalSeconds(pictures: 9, held: 2, new TrainingOptions { Epochs = 3, BatchSize = 2 }), 1e-9);
        Assert.Equal(2 * ((5 * lora.SecondsPerStep) + (2 * lora.SecondsPerPicture)), lora.TotalSeconds(pictures: 9, held: 2, new TrainingOptions { Epochs = 3, BatchSize = 2, MaxSteps = 10 }), 1e-9);
    }

    [Fact]
    public void What_is_kept_of_pictures_counts_up_to_the_limit_of_the_cache()
    {
        long Memory(MethodConfig method, int kept, CacheOptions? cache = null) => TrainingForecast.Of(SamArchitecture.VitB, method, 1024, 1, 2, keptPictures: kept, cache: cache).MemoryBytes;

        // 64 x 64 tokens of 768 numbers before block 8; embeddings of 256.
        Assert.Equal(10 * 64 * 64 * 768 * 4, Memory(new LoraConfig { FromBlock = 8 }, 10) - Memory(new LoraConfig { FromBlock = 8 }, 0), 2.0);
        Assert.Equal(10 * 64 * 64 * 256 * 4, Memory(new PromptTuningConfig(), 10) - Memory(new PromptTuningConfig(), 0), 2.0);
        Assert.Equal(2L << 30, Memory(new PromptTuningConfig(), 100_000) - Memory(new PromptTuningConfig(), 0), 2.0);
        Assert.Equal(1000, Memory(new PromptTuningConfig(), 100_000, new CacheOptions { Bytes = 1000 }) - Memory(new PromptTuningConfig(), 0), 2.0);
        Assert.Equal(Memory(new PromptTuningConfig(), 0), Memory(new PromptTuningConfig(), 10, new CacheOptions { Folder = "cache" }));
        Assert.Equal(Memory(new LoraConfig(), 0), Memory(new LoraConfig(), 10));
    }

    private static TrainingForecast Of(SamArchitecture sizes, MethodConfig method) => TrainingForecast.Of(sizes, method, 1024, 1, 2);
}
