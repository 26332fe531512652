using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Modeling;
using SamTune.Testing;
using SamTune.Training.Batches;
using SamTune.Training.Caching;
using SamTune.Training.Optimisation;
using static TorchSharp.torch;

namespace SamTune.Training.Tests;

public sealed class CheckpointingTests
{
    public static TheoryData<string> Methods => ["full", "adapters", "late-adapters", "last-adapter", "lora", "late-lora"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Gradients_are_those_of_an_ordinary_pass_to_the_bit_with_the_same_dropout(string name)
    {
        using Sam model = TestModels.Tiny();
        using IFineTuning method = TrainedMethods.Create(Config(name), model, 1);
        Dictionary<string, Gradient> ordinary = Gradients(model, method, OneGraph, seed: 3);
        foreach (Dictionary<string, Gradient> blockwise in new[] { Gradients(model, method, Embedder(model, method, isCheckpointed: false).Embed, seed: 3), Gradients(model, method, Embedder(model, method, isCheckpointed: true).Embed, seed: 3) })
        {
            Assert.Equal(ordinary.Keys.Order(), blockwise.Keys.Order());
            Assert.All(ordinary, p => Assert.Equal(p.Value.Values, blockwise[p.Key].Values));
        }

        Assert.Contains(ordinary.Values, g => g.Largest > 0);
        if (method.Config is LoraConfig)
        {
            // The dropout is there: another seed gives other gradients.
            Dictionary<string, Gradient> other = Gradients(model, method, Embedder(model, method, isCheckpointed: true).Embed, seed: 4);
            Assert.Contains(ordinary, p => !p.Value.Values.Zip(other[p.Key].Values).All(v => Math.Abs(v.First - v.Second) <= 1e-4 * p.Value.Largest));
        }

        EmbeddedBatch OneGraph(TrainingBatch batch) => new(model.EncodeImages(cat([.. batch.Pictures.Select(p => p.Prepare(model, []))]), method.Adaptation), null);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Nothing_frozen_has_a_gradient_or_a_state_of_the_optimiser(string name)
    {
        using Sam model = TestModels.Tiny();
        using IFineTuning method = TrainedMethods.Create(Config(name), model, 1);
        HashSet<string> trained = [.. method.Trainable.Select(p => p.Name)];
        Gradients(model, method, Embedder(model, method, isCheckpointed: true).Embed, seed: 3);
        Gradients(model, method, Embedder(model, method, isCheckpointed: false).Embed, seed: 3);
        Assert.All(model.named_parameters().Where(p => !trained.Contains(p.name)), p => Assert.Null(p.parameter.grad));
        using var optimizer = new MethodOptimizer(method, new TrainingOptions(), encoderDepth: 4);
        Assert.Equal(trained.Order(), optimizer.Names.Order());
    }

    [Fact]
    public void A_checkpointed_run_learns_what_an_ordinary_one_learns()
    {
        using var folder = new TemporaryFolder();
        var options = new TrainingOptions { MaxSteps = 5, AccumulationSteps = 2, CorrectiveRounds = 1, Seed = 5 };
        float[][] ordinary = Train(options, folder.At("a")), again = Train(options with { Checkpointing = true }, folder.At("b"));
        Assert.All(ordinary.Zip(again), p => Assert.Equal(p.First, p.Second));
    }

    [Fact]
    public void Less_memory_is_taken_at_the_peak()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The peak of resident memory is read from /proc.");
        using var model = new Sam(TestModels.TinyArchitecture with { EncoderDepth = 12, GlobalAttentionBlocks = [.. Enumerable.Range(0, 12)] }, inputSide: 512);
        using IFineTuning method = TrainedMethods.Create(new LoraConfig(), model, 1);
        Peak(isCheckpointed: false);
        long ordinary = Peak(isCheckpointed: false), less = Peak(isCheckpointed: true);

        // Twelve blocks keep twelve times what one keeps, and the gradients of one take as much as three.
        Assert.True(less < 0.6 * ordinary, $"{less >> 20} MB against {ordinary >> 20} MB");

        long Peak(bool isCheckpointed)
        {
            NativeHeap.Trim();
            long before = Status("VmRSS:");
            File.WriteAllText("/proc/self/clear_refs", "5");
            using var scope = NewDisposeScope();
            var embedded = Embedder(model, method, isCheckpointed).Embed(TrainingBatch.ForTraining(new DiscDataset(4), [0, 1], model, new TrainingOptions(), 0));
            embedded.Backward(embedded.Embeddings.square().mean());
            return Status("VmHWM:") - before;
        }

        static long Status(string name) =>
            1024 * long.Parse(File.ReadLines("/proc/self/status").Single(l => l.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static MethodConfig Config(string name) => name switch
    {
        "full" => new FullConfig(),
        "adapters" => new AdapterConfig { Bottleneck = 8, Output = true },
        "late-adapters" => new AdapterConfig { Bottleneck = 8, FromBlock = 1 },
        "last-adapter" => new AdapterConfig { Bottleneck = 8, FromBlock = 3 },
        "late-lora" => new LoraConfig { FromBlock = 2, Dropout = 0.3, Targets = ["encoder.q", "encoder.v", "encoder.mlp", "decoder.q"] },
        _ => new LoraConfig { Dropout = 0.3 },
    };

    private static ImageEmbedder Embedder(Sam model, IFineTuning method, bool isCheckpointed) =>
        new(model, method, new FrozenPrefixCache(model, method.FrozenPrefix, new MemoryStore(0), "", CachePrecision.Fp32, false), isCheckpointed);

    private static Dictionary<string, Gradient> Gradients(Sam model, IFineTuning method, Func<TrainingBatch, EmbeddedBatch> embed, long seed)
    {
        using var scope = NewDisposeScope();
        var options = new TrainingOptions { CorrectiveRounds = 1 };
        method.SetMode(training: true, seed);
        TrainingBatch batch = TrainingBatch.ForTraining(new DiscDataset(4), [0, 1], model, options, 0);
        EmbeddedBatch embedded = embed(batch);
        embedded.Backward(new PromptedForward(model, method, options).Run(embedded.Embeddings, batch, new Random(1)).Loss);
        Dictionary<string, Gradient> result = method.Trainable.Where(p => p.Parameter.grad is not null).ToDictionary(p => p.Name, p => new Gradient(TensorCopy.ToArray(p.Parameter.grad!)));
        foreach ((_, TorchSharp.Modules.Parameter parameter) in method.Trainable)
        {
            parameter.grad = null;
        }

        return result;
    }

    private static float[][] Train(TrainingOptions options, string folder)
    {
        using Sam model = TestModels.Tiny();
        using IFineTuning method = FineTuning.Create(new LoraConfig(), model, 1);
        new Trainer(model, method, new DiscDataset(5), null, options, folder, TimeProvider.System).Run(false, null, TestContext.Current.CancellationToken);
        return [.. method.Trainable.Select(p => TensorCopy.ToArray(p.Parameter))];
    }

    private sealed record Gradient(float[] Values)
    {
        public float Largest => Values.Max(Math.Abs);
    }
}
