using SamTune.Adaptation;
using SamTune.Adaptation.Lora;
using SamTune.Data.Augmentation;
using SamTune.Data.Datasets;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Testing;
using SamTune.Training.Batches;
using static TorchSharp.torch;

namespace SamTune.Training.Tests;

public sealed class BatchQueueTests
{
    private const string Damage = "disc002.png: is damaged.";

    private static readonly TrainingOptions s_options = new()
    {
        Epochs = 100,
        MaxSteps = 6,
        AccumulationSteps = 2,
        ValidateEvery = 3,
        CorrectiveRounds = 1,
        Augmentation = AugmentationSpec.FewShot,
    };

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    [Fact]
    public void Batches_made_ahead_are_those_made_when_they_are_asked_for()
    {
        using Sam model = TestModels.Tiny();
        var data = new DiscDataset(6);
        TrainingBatch At(long pass) => TrainingBatch.ForTraining(data, [(int)pass % 6, (int)(pass + 3) % 6], model, s_options, pass);
        using var queue = new BatchQueue(At, first: 3, end: 12);
        for (long pass = 3; pass < 12; pass++)
        {
            TrainingBatch expected = At(pass), taken = queue.Take();
            foreach ((BatchPicture a, BatchPicture b) in expected.Pictures.Zip(taken.Pictures))
            {
                Assert.Equal(a.Image.Pixels, b.Image.Pixels);
                Assert.Equal(a.Mixed?.Image.Pixels, b.Mixed?.Image.Pixels);
                Assert.Equal(a.Mixed?.Share, b.Mixed?.Share);
            }

            Assert.Equal(expected.Objects.Count, taken.Objects.Count);
            foreach ((PromptedObject a, PromptedObject b) in expected.Objects.Zip(taken.Objects))
            {
                Assert.Equal(a.Truth.Pixels, b.Truth.Pixels);
                Assert.Equal((a.Image, a.Frame, a.Prompt.Box, a.Weight), (b.Image, b.Frame, b.Prompt.Box, b.Weight));
                Assert.Equal(a.Prompt.Points, b.Prompt.Points);
            }
        }

        Assert.Throws<InvalidOperationException>(queue.Take);
    }

    [Fact]
    public void Batches_are_made_while_nobody_asks_but_only_so_many()
    {
        int made = 0;
        using var enough = new CountdownEvent(BatchQueue.PassesAhead);
        using var queue = new BatchQueue(
            _ =>
            {
                if (Interlocked.Increment(ref made) <= BatchQueue.PassesAhead)
                {
                    enough.Signal();
                }

                return Empty;
            }, 0, 1000);
        Assert.True(enough.Wait(s_patience, TestContext.Current.CancellationToken));
        Thread.Sleep(50);
        Assert.Equal(BatchQueue.PassesAhead, made);
        queue.Take();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref made) == BatchQueue.PassesAhead + 1, s_patience));
    }

    [Fact]
    public void Waiting_is_added_up()
    {
        using var queue = new BatchQueue(_ => Empty, 0, 10, new SecondEachLook());
        queue.Take();
        queue.Take();
        Assert.Equal(TimeSpan.FromSeconds(2), queue.Waited);
    }

    [Fact]
    public void What_goes_wrong_is_thrown_in_its_turn()
    {
        using var queue = new BatchQueue(pass => pass == 2 ? throw new InputException(Damage) : Empty, 0, 10);
        queue.Take();
        queue.Take();
        Assert.Equal(Damage, Assert.Throws<InputException>(queue.Take).Message);
    }

    [Fact]
    public void A_queue_that_is_left_ends_its_thread_and_forgets_what_went_wrong()
    {
        using var started = new ManualResetEventSlim();
        bool isDone = false;
        var queue = new BatchQueue(
            _ =>
            {
                started.Set();
                Thread.Sleep(50);
                isDone = true;
                throw new InputException(Damage);
            }, 0, 10);
        started.Wait(TestContext.Current.CancellationToken);
        queue.Dispose();
        Assert.True(isDone);
    }

    [Fact]
    public void The_numbers_of_a_run_do_not_depend_on_how_fast_pictures_are_read()
    {
        using var folder = new TemporaryFolder();
        float[][] quick = Train(new DiscDataset(6), folder.At("quick")), slow = Train(new OtherDataset(new DiscDataset(6), _ => Thread.Sleep(Random.Shared.Next(30))), folder.At("slow"));
        Assert.Equal(quick, slow);
    }

    [Fact]
    public void A_picture_that_cannot_be_read_ends_the_run_with_its_message_and_leaves_no_tensors()
    {
        using var folder = new TemporaryFolder();
        using Sam model = TestModels.Tiny();
        var damaged = new OtherDataset(new DiscDataset(6), index =>
        {
            if (index == 2)
            {
                throw new InputException(Damage);
            }
        });
        long Live()
        {
            // Wrappers of gradients, which nothing refers to any more.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Tensor.TotalCount;
        }

        using IFineTuning method = FineTuning.Create(new LoraConfig(), model, 1);
        long first = 0;
        for (int i = 0; i < 3; i++)
        {
            var trainer = new Trainer(model, method, damaged, null, s_options with { MaxSteps = 100, BatchSize = 1 }, folder.At($"{i}"), TimeProvider.System);
            Assert.Equal(Damage, Assert.Throws<InputException>(() => trainer.Run(false, null, TestContext.Current.CancellationToken)).Message);

            // Those of the first run are also constants that the process keeps.
            first = i == 0 ? Live() : first;
        }

        Assert.Equal(first, Live());
    }

    private static TrainingBatch Empty => new([], []);

    private static float[][] Train(ISegmentationDataset data, string folder)
    {
        using Sam model = TestModels.Tiny();
        using IFineTuning method = FineTuning.Create(new LoraConfig(), model, 1);
        new Trainer(model, method, data, new DiscDataset(2, seed: 7), s_options, folder, TimeProvider.System).Run(false, null, TestContext.Current.CancellationToken);
        return [.. method.Trainable.Select(p => TensorCopy.ToArray(p.Parameter))];
    }

    /// <summary>Something happens before each picture is read.</summary>
    private sealed class OtherDataset(ISegmentationDataset inner, Action<int> before) : ISegmentationDataset
    {
        public string Name => inner.Name;

        public IReadOnlyDictionary<int, string> Classes => inner.Classes;

        public IReadOnlyList<SampleInfo> Samples => inner.Samples;

        public Sample Load(int index)
        {
            before(index);
            return inner.Load(index);
        }
    }

    /// <summary>A clock that is a second later each time it is looked at.</summary>
    private sealed class SecondEachLook : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds++;
    }
}
