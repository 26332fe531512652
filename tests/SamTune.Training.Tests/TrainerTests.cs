using System.Diagnostics;
using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Checkpoints;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Testing;
using SamTune.Training.State;
using static TorchSharp.torch;

namespace SamTune.Training.Tests;

public sealed class TrainerTests
{
    private static readonly TrainingOptions s_options = new()
    {
        Epochs = 100,
        MaxSteps = 8,
        BatchSize = 2,
        ValidateEvery = 3,
        CorrectiveRounds = 1,
        Seed = 5,
        Prompts = new PromptMixture(),
    };

    public static TheoryData<string> Methods => ["full", "adapters", "output-adapter", "lora", "prompt"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_resumed_run_equals_an_unbroken_one(string name)
    {
        using var folder = new TemporaryFolder();
        Dictionary<string, float[]> unbroken = Train(name, folder.At("a"), stopAfter: null, resume: false).Parameters;
        TrainingResult stopped = Train(name, folder.At("b"), stopAfter: 5, resume: false).Result;
        Assert.Equal(TrainingEnding.Cancelled, stopped.Ending);
        Assert.Equal(5, stopped.Steps);
        (TrainingResult resumed, Dictionary<string, float[]> parameters, _) = Train(name, folder.At("b"), stopAfter: null, resume: true);
        Assert.Equal(TrainingEnding.Completed, resumed.Ending);
        AssertSame(unbroken, parameters);
        Assert.Equal(File.ReadAllLines(folder.At("a", "log.jsonl")), File.ReadAllLines(folder.At("b", "log.jsonl")));
    }

    [Fact]
    public void A_line_cut_off_by_a_kill_and_lines_of_steps_to_be_done_again_are_written_anew()
    {
        using var folder = new TemporaryFolder();
        Train("prompt", folder.At("a"), stopAfter: null, resume: false);
        Train("prompt", folder.At("b"), stopAfter: 5, resume: false);
        File.AppendAllText(folder.At("b", "log.jsonl"), "{\"step\":6}\n{\"step\":7,\"lo");
        Train("prompt", folder.At("b"), stopAfter: null, resume: true);
        Assert.Equal(File.ReadAllLines(folder.At("a", "log.jsonl")), File.ReadAllLines(folder.At("b", "log.jsonl")));
    }

    [Fact]
    public void The_log_has_the_line_of_a_step_before_the_step_is_saved()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("run", "last.safetensors"));
        Assert.Throws<CheckpointException>(() => Train("prompt", folder.At("run"), stopAfter: null, resume: false));
        Assert.Equal(s_options.ValidateEvery, File.ReadLines(folder.At("run", "log.jsonl")).Count());
    }

    [Fact]
    public void A_resumed_run_with_a_rate_of_its_own_for_matrices_equals_an_unbroken_one()
    {
        using var folder = new TemporaryFolder();
        TrainingOptions options = s_options with { MatrixLearningRate = 0.002 };
        Dictionary<string, float[]> unbroken = Train("full", folder.At("a"), stopAfter: null, resume: false, options).Parameters;
        Train("full", folder.At("b"), stopAfter: 5, resume: false, options);
        AssertSame(unbroken, Train("full", folder.At("b"), stopAfter: null, resume: true, options).Parameters);
        Dictionary<string, float[]> plain = Train("full", folder.At("c"), stopAfter: null, resume: false).Parameters;
        Assert.Contains(unbroken, p => !p.Value.SequenceEqual(plain[p.Key]));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_same_seed_gives_the_same_numbers_and_another_seed_others(string name)
    {
        using var folder = new TemporaryFolder();
        Dictionary<string, float[]> first = Train(name, folder.At("a"), null, false).Parameters;
        AssertSame(first, Train(name, folder.At("b"), null, false).Parameters);
        Dictionary<string, float[]> other = Train(name, folder.At("c"), null, false, s_options with { Seed = 6 }).Parameters;
        Assert.Contains(first, p => !p.Value.SequenceEqual(other[p.Key]));
    }

    [Theory]
    [InlineData("adapters")]
    [InlineData("output-adapter")]
    [InlineData("lora")]
    [InlineData("prompt")]
    [InlineData("medsam")]
    public void Training_leaves_every_frozen_parameter_bit_identical(string name)
    {
        using var folder = new TemporaryFolder();
        using Sam untouched = TestModels.Tiny();
        (_, Dictionary<string, float[]> trained, Dictionary<string, float[]> model) = Train(name, folder.At("run"), null, false);
        foreach ((string key, Tensor value) in untouched.state_dict())
        {
            if (!trained.ContainsKey(key))
            {
                Assert.Equal(TensorCopy.ToArray(value), model[key]);
            }
        }

        Assert.Equal(name == "medsam", trained.Keys.Any(k => k.StartsWith("image_encoder.", StringComparison.Ordinal)));
        Assert.DoesNotContain(trained.Keys, k => k.StartsWith("prompt_encoder.", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Training_lowers_the_validation_loss(string name)
    {
        using var folder = new TemporaryFolder();
        TrainingOptions options = s_options with { MaxSteps = 30, ValidateEvery = 10, CorrectiveRounds = 0, LearningRate = name == "full" ? 1e-3 : null, Prompts = PromptMixture.Only(PromptKind.Box) };
        TrainingResult result = Train(name, folder.At("run"), null, false, options).Result;
        Assert.True(result.Best!.Loss < result.Validations[0].Loss, $"{result.Validations[0].Loss} to {result.Best.Loss}");
        Assert.Equal(result.Validations.Min(v => v.Loss), result.Best.Loss);
    }

    [Fact]
    public void A_learning_curve_starts_before_the_first_step_when_asked_and_trains_the_same()
    {
        using var folder = new TemporaryFolder();
        (TrainingResult plain, Dictionary<string, float[]> expected, _) = Train("lora", folder.At("a"), null, false);
        (TrainingResult result, Dictionary<string, float[]> parameters, _) = Train("lora", folder.At("b"), null, false, s_options with { ValidateFirst = true });
        Assert.Equal([0, 3, 6, 8], result.Validations.Select(v => v.Step));
        Assert.Equal(plain.Validations, result.Validations.Skip(1));
        AssertSame(expected, parameters);

        // A rate that destroys everything: the parameters of no training at all are the best there are.
        TrainingResult destroyed = Train("full", folder.At("c"), null, false, s_options with { ValidateFirst = true, LearningRate = 5, CorrectiveRounds = 0 }).Result;
        Assert.Equal(0, destroyed.Best!.Step);
    }

    [Fact]
    public void The_run_stops_when_the_validation_loss_does_not_fall_for_long_enough()
    {
        using var folder = new TemporaryFolder();
        TrainingOptions options = s_options with { MaxSteps = 60, ValidateEvery = 1, Patience = 2, LearningRate = 5, CorrectiveRounds = 0 };
        TrainingResult result = Train("full", folder.At("run"), null, false, options).Result;
        Assert.Equal(TrainingEnding.StoppedEarly, result.Ending);
        Assert.Equal(result.Best!.Step + 2, result.Steps);
    }

    [Fact]
    public void Another_runs_folder_is_not_continued()
    {
        using var folder = new TemporaryFolder();
        Train("lora", folder.At("run"), 2, false);
        var error = Assert.Throws<InputException>(() => Train("lora", folder.At("run"), null, true, s_options with { BatchSize = 1 }));
        Assert.Contains("other settings", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_stays_flat_over_a_thousand_steps()
    {
        using var folder = new TemporaryFolder();
        using Sam model = TestModels.Tiny();
        using IFineTuning method = FineTuning.Create(new LoraConfig(), model, 1);
        var tensors = new List<long>();
        var resident = new List<long>();
        var watch = new Watcher(p =>
        {
            if (p.Step is 200 or 1000)
            {
                tensors.Add(Tensor.TotalCount);
                resident.Add(Process.GetCurrentProcess().WorkingSet64);
            }
        });
        TrainingOptions options = s_options with { MaxSteps = 1000, BatchSize = 1, ObjectsPerImage = 1, Epochs = 10_000, CorrectiveRounds = 0 };
        new Trainer(model, method, new DiscDataset(4), null, options, folder.FullPath, TimeProvider.System).Run(false, watch, TestContext.Current.CancellationToken);
        Assert.Equal(tensors[0], tensors[1]);
        Assert.True(resident[1] - resident[0] < 64L << 20, $"Resident memory grew by {(resident[1] - resident[0]) >> 20} MB in 800 steps.");
    }

    private static (TrainingResult Result, Dictionary<string, float[]> Parameters, Dictionary<string, float[]> Model) Train(
        string name, string folder, int? stopAfter, bool resume, TrainingOptions? options = null)
    {
        using Sam model = TestModels.Tiny();
        MethodConfig config = name switch
        {
            "full" => new FullConfig { LayerDecay = 0.9 },
            "medsam" => FullConfig.MedSam,
            "adapters" => new AdapterConfig { Bottleneck = 8 },
            "output-adapter" => new AdapterConfig { Bottleneck = 8, Blocks = [], Output = true },
            "lora" => new LoraConfig { Targets = ["encoder.q", "encoder.v", "decoder.q"] },
            _ => new PromptTuningConfig(),
        };
        using IFineTuning method = FineTuning.Create(config, model, 1);
        using var cancel = new CancellationTokenSource();
        var watch = new Watcher(p =>
        {
            if (p.Step == stopAfter)
            {
                cancel.Cancel();
            }
        });
        TrainingResult result = new Trainer(model, method, new DiscDataset(7), new DiscDataset(3, 2), options ?? s_options, folder, TimeProvider.System)
            .Run(resume, watch, cancel.Token);
        return (result, method.Trainable.ToDictionary(p => p.Name, p => TensorCopy.ToArray(p.Parameter)),
            model.state_dict().ToDictionary(p => p.Key, p => TensorCopy.ToArray(p.Value)));
    }

    private static void AssertSame(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        Assert.All(expected, p => Assert.Equal(p.Value, actual[p.Key]));
    }

    // Progress<T> reports on another thread; these tests act within the step.
    private sealed class Watcher(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
