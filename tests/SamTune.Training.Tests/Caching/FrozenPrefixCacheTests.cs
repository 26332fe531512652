using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Data.Augmentation;
using SamTune.Modeling;
using SamTune.Testing;
using SamTune.Training.Batches;
using SamTune.Training.Caching;
using static TorchSharp.torch;

namespace SamTune.Training.Tests.Caching;

public sealed class FrozenPrefixCacheTests
{
    private static readonly TrainingOptions s_options = new() { Epochs = 4, BatchSize = 2, ValidateEvery = 3, Seed = 5 };

    public static TheoryData<string> Methods => ["adapters", "late-adapters", "last-adapter", "late-lora", "output-adapter", "decoder-lora", "prompt", "decoder", "full"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Embeddings_are_those_of_the_whole_model_when_computed_and_when_found(string name)
    {
        using Sam model = TestModels.Tiny();
        using IFineTuning method = TrainedMethods.Create(Config(name), model, 1);
        using var store = new MemoryStore(1 << 24);
        using var scope = NewDisposeScope();
        var frozen = new FrozenPrefixCache(model, method.FrozenPrefix, store, "", CachePrecision.Fp32, isBFloat16: false);
        var embedder = new ImageEmbedder(model, method, frozen, isCheckpointed: false);
        TrainingBatch batch = Batch(model);
        var direct = cat([.. batch.Pictures.Select(p => model.EncodeImages(p.Prepare(model, []), method.Adaptation))], 0).detach();
        Near.Assert(direct, embedder.Embed(batch).Embeddings.detach(), 1e-5);
        float[] first = TensorCopy.ToArray(embedder.Embed(batch).Embeddings);
        Assert.Equal(first, TensorCopy.ToArray(embedder.Embed(batch).Embeddings));
        Assert.Equal(method.FrozenPrefix.IsWorthKeeping ? (4, 2, 2) : (0, 0, 0), (frozen.Found, frozen.Computed, store.Count));
    }

    [Theory]
    [InlineData(CachePrecision.Fp16, 2e-3)]
    [InlineData(CachePrecision.Bf16, 2e-2)]
    public void Half_precision_keeps_the_stated_digits_and_gives_the_same_whether_kept_or_not(CachePrecision precision, double tolerance)
    {
        using Sam model = TestModels.Tiny();
        using IFineTuning method = TrainedMethods.Create(Config("late-lora"), model, 1);
        using MemoryStore store = new(1 << 24), nothing = new(0);
        using var scope = NewDisposeScope();
        TrainingBatch batch = Batch(model);
        Tensor Embed(IActivationStore kept) =>
            new ImageEmbedder(model, method, new FrozenPrefixCache(model, method.FrozenPrefix, kept, "", precision, false), false).Embed(batch).Embeddings.detach();
        var direct = cat([.. batch.Pictures.Select(p => model.EncodeImages(p.Prepare(model, []), method.Adaptation))], 0).detach();
        Tensor rounded = Embed(store);
        Assert.True(((rounded - direct).norm() / direct.norm()).item<float>() < tolerance);
        Assert.NotEqual(TensorCopy.ToArray(direct), TensorCopy.ToArray(rounded));
        Assert.Equal(TensorCopy.ToArray(rounded), TensorCopy.ToArray(Embed(store)));
        Assert.Equal(TensorCopy.ToArray(rounded), TensorCopy.ToArray(Embed(nothing)));
        Assert.Equal((2, 0), (store.Count, nothing.Count));
    }

    [Theory]
    [InlineData("late-adapters")]
    [InlineData("prompt")]
    public void A_run_with_a_cache_on_disk_equals_one_without_and_the_next_computes_nothing(string name)
    {
        using var folder = new TemporaryFolder();
        var shared = new CacheOptions { Folder = folder.At("cache") };
        Run plain = Train(name, folder.At("a"), new CacheOptions { Bytes = 0 });
        Run first = Train(name, folder.At("b"), shared), second = Train(name, folder.At("c"), shared);
        Assert.All(plain.Parameters, p => AllNear(p.Value, first.Parameters[p.Key], 1e-5));
        Assert.All(first.Parameters, p => Assert.Equal(p.Value, second.Parameters[p.Key]));
        Assert.Equal((0, 7), (plain.Use.Found, first.Use.Computed));
        Assert.Equal(first.Use.Found + first.Use.Computed, plain.Use.Computed);
        Assert.Equal((0, 0), (second.Use.Computed, second.Use.Damaged));

        foreach (string entry in Directory.EnumerateFiles(folder.At("cache"), "*.activation", SearchOption.AllDirectories).Take(3))
        {
            byte[] bytes = File.ReadAllBytes(entry);
            bytes[^5] ^= 1;
            File.WriteAllBytes(entry, bytes);
        }

        Run mended = Train(name, folder.At("d"), shared);
        Assert.Equal((3, 3), (mended.Use.Damaged, mended.Use.Computed));
        Assert.All(first.Parameters, p => Assert.Equal(p.Value, mended.Parameters[p.Key]));
        Assert.Equal(0, Train(name, folder.At("e"), shared).Use.Computed);
    }

    [Fact]
    public void Nothing_is_found_of_another_base_depth_side_or_precision()
    {
        using var folder = new TemporaryFolder();
        var shared = new CacheOptions { Folder = folder.At("cache") };
        Train("late-lora", folder.At("a"), shared);
        Assert.Equal(7, Train("late-lora", folder.At("b"), shared, change: model => model.parameters().First().add_(0.01)).Use.Computed);
        Assert.Equal(7, Train("last-adapter", folder.At("c"), shared).Use.Computed);
        Assert.Equal(7, Train("late-lora", folder.At("d"), shared, inputSide: 64).Use.Computed);
        Assert.Equal(7, Train("late-lora", folder.At("e"), shared, s_options with { CachePrecision = CachePrecision.Fp16 }).Use.Computed);

        // Computed in bfloat16, but the validation's two pictures as ever.
        Assert.Equal(5, Train("late-lora", folder.At("g"), shared, s_options with { BFloat16 = true }).Use.Computed);

        // An adapter behind block 1 and an update within block 2 have the same frozen part, and share it.
        Assert.Equal(0, Train("adapter-behind-1", folder.At("f"), shared).Use.Computed);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_ends_no_run_and_is_warned_of_once()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("cache"));
        File.WriteAllText(folder.At("cache", "activations"), "a file where the folder should be");
        var warnings = new List<(int Step, string Text)>();
        Run plain = Train("prompt", folder.At("a"), new CacheOptions { Bytes = 0 });
        Run run = Train("prompt", folder.At("b"), new CacheOptions { Folder = folder.At("cache") }, progress: p =>
        {
            if (p.Warning is { } warning)
            {
                warnings.Add((p.Step, warning));
            }
        });
        (int step, string text) = Assert.Single(warnings);
        Assert.Equal(1, step);
        Assert.Contains(folder.At("cache", "activations"), text, StringComparison.Ordinal);
        Assert.Contains("the run goes on", text, StringComparison.Ordinal);
        Assert.All(plain.Parameters, p => AllNear(p.Value, run.Parameters[p.Key], 1e-5));
        Assert.Equal((0, plain.Use.Computed), (run.Use.Found, run.Use.Computed));
    }

    [Fact]
    public void Varied_pictures_are_kept_only_where_their_views_come_again()
    {
        using var folder = new TemporaryFolder();
        TrainingOptions varied = s_options with { Augmentation = AugmentationSpec.FewShot with { MixUpAlpha = 4 }, Epochs = 6 };
        Run anew = Train("prompt", folder.At("a"), null, varied), views = Train("prompt", folder.At("b"), null, varied with { Views = 2 });
        Assert.Equal(2 + (6 * 5), anew.Use.Computed);
        Assert.Equal(2 + (2 * 5), views.Use.Computed);
        Assert.Equal(4 * 5, views.Use.Found - (anew.Use.Found - 0));
        Assert.Throws<ArgumentException>((s_options with { Views = 2 }).Validate);
    }

    [Fact]
    public void A_view_looks_the_same_in_each_of_its_epochs_and_its_prompts_are_new()
    {
        using Sam model = TestModels.Tiny();
        var data = new DiscDataset(6);
        TrainingOptions options = s_options with { Augmentation = AugmentationSpec.FewShot, Views = 3, BatchSize = 2 };
        TrainingBatch At(long epoch) => TrainingBatch.ForTraining(data, [2], model, options, epoch * 3);
        Assert.Equal(At(0).Pictures[0].Image.Pixels, At(3).Pictures[0].Image.Pixels);
        Assert.NotEqual(At(0).Pictures[0].Image.Pixels, At(1).Pictures[0].Image.Pixels);
        Assert.NotEqual(At(1).Pictures[0].Image.Pixels, At(2).Pictures[0].Image.Pixels);
        Assert.True(At(0).Pictures[0].ComesAgain);
        Assert.NotEqual(At(0).Objects.Select(o => (o.Prompt.Box, string.Join(' ', o.Prompt.Points))), At(3).Objects.Select(o => (o.Prompt.Box, string.Join(' ', o.Prompt.Points))));
    }

    private static void AllNear(float[] expected, float[] actual, double tolerance) =>
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, tolerance));

    private static TrainingBatch Batch(Sam model) => TrainingBatch.ForTraining(new DiscDataset(4), [0, 1], model, new TrainingOptions(), 0);

    private static MethodConfig Config(string name) => name switch
    {
        "adapters" => new AdapterConfig { Bottleneck = 8 },
        "late-adapters" => new AdapterConfig { Bottleneck = 8, FromBlock = 2, Output = true },
        "last-adapter" => new AdapterConfig { Bottleneck = 8, FromBlock = 3 },
        "adapter-behind-1" => new AdapterConfig { Bottleneck = 8, FromBlock = 1 },
        "late-lora" => new LoraConfig { FromBlock = 2 },
        "output-adapter" => new AdapterConfig { Bottleneck = 8, Blocks = [], Output = true },
        "decoder-lora" => new LoraConfig { Targets = ["decoder.q"] },
        "prompt" => new PromptTuningConfig(),
        "decoder" => new FullConfig { FreezeImageEncoder = true },
        _ => new FullConfig(),
    };

    private static Run Train(string name, string folder, CacheOptions? cache, TrainingOptions? options = null, Action<Sam>? change = null, int? inputSide = null, Action<State.TrainingProgress>? progress = null)
    {
        using Sam model = TestModels.Tiny(inputSide);
        using (no_grad())
        {
            change?.Invoke(model);
        }

        using IFineTuning method = FineTuning.Create(Config(name), model, 1);
        State.TrainingResult result = new Trainer(model, method, new DiscDataset(5), new DiscDataset(2, 2), options ?? s_options, folder, TimeProvider.System, cache)
            .Run(false, progress is null ? null : new Relay(progress), TestContext.Current.CancellationToken);
        return new Run(method.Trainable.ToDictionary(p => p.Name, p => TensorCopy.ToArray(p.Parameter)), result.Cache!);
    }

    private sealed class Relay(Action<State.TrainingProgress> action) : IProgress<State.TrainingProgress>
    {
        public void Report(State.TrainingProgress value) => action(value);
    }

    private sealed record Run(Dictionary<string, float[]> Parameters, CacheUse Use);
}
