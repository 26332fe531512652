using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SamTune.Adaptation;
using SamTune.Data;
using SamTune.Data.Datasets;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Layers;
using SamTune.Modeling.Loading;
using SamTune.Training.Batches;
using SamTune.Training.Caching;
using SamTune.Training.Optimisation;
using SamTune.Training.State;
using SamTune.Training.Validation;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Training;

/// <summary>
/// Trains one method on one data set. Everything that happens at a step follows from the seed and the step's number, so a run that is stopped and resumed
/// equals one that was never stopped, bit for bit.
/// </summary>
/// <param name="model">The base; frozen but for what the method trains.</param>
/// <param name="method">What is trained; holds the best parameters afterwards.</param>
/// <param name="train">Pictures to learn from.</param>
/// <param name="validation">Pictures to measure on and to stop by; null for none.</param>
/// <param name="options">Settings.</param>
/// <param name="folder">Where the run's files go; created when missing.</param>
/// <param name="time">Where speeds come from.</param>
/// <param name="cache">Where what the frozen part of the encoder makes of pictures is kept; null for in memory.</param>
public sealed class Trainer(
    Sam model, IFineTuning method, ISegmentationDataset train, ISegmentationDataset? validation, TrainingOptions options, string folder, TimeProvider time, CacheOptions? cache = null)
{
    // Memory given back has to be asked for again: at every step that costs more than it saves.
    private const int StepsBetweenTrims = 8;

    private readonly GarbageLimit garbage = new();

    /// <summary>Runs until done, stopped early or cancelled. A folder that holds an unfinished run of the same settings is continued when asked.</summary>
    /// <param name="resume">Whether to continue the run in the folder, if there is one.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancel">Stops after the current step, with files to resume from.</param>
    /// <returns>How the run ended.</returns>
    /// <exception cref="InputException">There is nothing to train on, the folder cannot be written, or it holds another run.</exception>
    public TrainingResult Run(bool resume, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        options.Validate();
        cache?.Validate();
        if (train.Samples.Count == 0)
        {
            throw new InputException($"{train.Name}: no training pictures; at least one with a mask is needed.");
        }

        var order = new EpochOrder(train.Samples.Count, options.BatchSize, options.Seed);
        int stepsPerEpoch = Math.Max(1, (order.PassesPerEpoch + options.AccumulationSteps - 1) / options.AccumulationSteps);
        int totalSteps = Math.Min(options.MaxSteps ?? int.MaxValue, options.Epochs * stepsPerEpoch);
        int validateEvery = options.ValidateEvery ?? stepsPerEpoch;
        var schedule = new LearningRateSchedule((int)(options.WarmupShare * totalSteps), totalSteps);
        using var optimizer = new MethodOptimizer(method, options, model.Architecture.EncoderDepth);
        using IActivationStore store = cache is { Folder: { } shared } ? new DiskStore(shared, cache.Limit, time) : new MemoryStore((cache ?? new CacheOptions()).Limit);

        // Before a resumed run restores trained weights: what is frozen is the same, but the whole would have another name.
        string fingerprint = store is DiskStore && method.FrozenPrefix.IsWorthKeeping ? SamFingerprint.Compute(model) : "this run";
        var frozen = new FrozenPrefixCache(model, method.FrozenPrefix, store, fingerprint, options.CachePrecision, options.BFloat16);
        var heldOut = new FrozenPrefixCache(model, method.FrozenPrefix, store, fingerprint, options.CachePrecision, isBFloat16: false);
        var embedder = new ImageEmbedder(model, method, frozen, options.Checkpointing);
        var state = new RunState(folder);
        string settings = SettingsText();
        RunState.Counters counters = (resume ? state.LoadLast(method, optimizer, settings) : null) ?? new(0, null, 0, [], settings);

        Validator? validator = validation is { Samples.Count: > 0 } ? new Validator(model, method, validation, options, new ImageEmbedder(model, method, heldOut, isCheckpointed: false)) : null;
        using var log = new Logging.RunLog(folder, counters.Step);
        long started = time.GetTimestamp();
        int firstStep = counters.Step, images = 0;
        bool isWarned = false;
        TrainingEnding ending = TrainingEnding.Completed;
        if (options.ValidateFirst && validator != null && counters.Step == 0)
        {
            ValidationPoint first = validator.Run(0);
            counters = counters with { Best = first, Validations = [first] };
            state.SaveBest(method, counters);
        }

        using var batches = new BatchQueue(
            pass => TrainingBatch.ForTraining(train, order.At(pass), model, options, pass), (long)counters.Step * options.AccumulationSteps, (long)totalSteps * options.AccumulationSteps, time);

        bool IsExhausted() => options.Patience is { } patience && counters.WithoutImprovement >= patience;

        while (counters.Step < totalSteps && !IsExhausted())
        {
            if (cancel.IsCancellationRequested)
            {
                ending = TrainingEnding.Cancelled;
                break;
            }

            int step = counters.Step;
            double factor = schedule.FactorAt(step);
            StepReport report = Step(optimizer, factor, batches, embedder, step);
            images += report.Images;
            counters = counters with { Step = step + 1 };
            ValidationPoint? point = null;
            if (validator != null && (counters.Step % validateEvery == 0 || counters.Step == totalSteps))
            {
                point = validator.Run(counters.Step);
                bool better = counters.Best is null || point.Loss < counters.Best.Loss;
                counters = counters with
                {
                    Best = better ? point : counters.Best,
                    WithoutImprovement = better ? 0 : counters.WithoutImprovement + 1,
                    Validations = [.. counters.Validations, point],
                };
                if (better)
                {
                    state.SaveBest(method, counters);
                }
            }

            double seconds = Math.Max(1e-9, time.GetElapsedTime(started).TotalSeconds);
            var now = new TrainingProgress(
                counters.Step, totalSteps, step / stepsPerEpoch + 1, report.Loss, report.Dice, optimizer.FullRate * factor, report.GradientNorm, images / seconds,
                TimeSpan.FromSeconds(seconds / (counters.Step - firstStep) * (totalSteps - counters.Step)), batches.Waited.TotalSeconds / seconds, point)
            {
                Warning = isWarned ? null : store.Problem,
            };
            isWarned |= now.Warning != null;

            // The log first: a run killed between the two does the steps after the saved one again, and their lines with them.
            log.Write(now);

            // Also without validation pictures: a run that is killed loses this many steps at most.
            if (counters.Step % validateEvery == 0)
            {
                state.SaveLast(method, optimizer, counters);
            }

            progress?.Report(now);
        }

        ending = ending == TrainingEnding.Completed && IsExhausted() ? TrainingEnding.StoppedEarly : ending;
        state.SaveLast(method, optimizer, counters);
        if (ending != TrainingEnding.Cancelled && counters.Best != null)
        {
            state.RestoreBest(method);
        }

        method.SetMode(training: false, seed: 0);
        return new TrainingResult(counters.Step, ending, counters.Best, counters.Validations)
        {
            Cache = method.FrozenPrefix.IsWorthKeeping ? new CacheUse(frozen.Found + heldOut.Found, frozen.Computed + heldOut.Computed, store.Damaged) : null,
        };
    }

    private StepReport Step(MethodOptimizer optimizer, double rateFactor, BatchQueue batches, ImageEmbedder embedder, int step)
    {
        using var pause = FinalizerPause.Start();
        using var precision = Autocast.BFloat16(options.BFloat16);
        using var scope = NewDisposeScope();
        optimizer.ZeroGradients();
        var forward = new PromptedForward(model, method, options);
        double loss = 0, dice = 0;
        int images = 0, passes = 0;
        for (int i = 0; i < options.AccumulationSteps; i++)
        {
            long pass = (long)step * options.AccumulationSteps + i;
            method.SetMode(training: true, DerivedRandom.Seed(options.Seed, "dropout", pass));
            TrainingBatch batch = batches.Take();
            garbage.Collect();
            images += batch.Pictures.Count;
            if (batch.Objects.Count == 0)
            {
                continue;
            }

            using var passScope = NewDisposeScope();
            EmbeddedBatch embedded = embedder.Embed(batch);
            (Tensor passLoss, Tensor passDice) = forward.Run(embedded.Embeddings, batch, DerivedRandom.Create(options.Seed, "corrections", pass));
            embedded.Backward(passLoss / options.AccumulationSteps);

            // Read last: until then a GPU is not waited for.
            loss += passLoss.item<float>();
            dice += passDice.item<float>();
            passes++;
        }

        Parameter[] trained = [.. method.Trainable.Select(p => p.Parameter).Where(p => p.grad is not null)];
        double norm = 0;
        if (trained.Length > 0)
        {
            norm = nn.utils.clip_grad_norm_(trained, options.GradientClip > 0 ? options.GradientClip : double.PositiveInfinity);
            optimizer.Step(rateFactor);
        }

        optimizer.ZeroGradients();
        if (step % StepsBetweenTrims == 0)
        {
            NativeHeap.Trim();
        }

        return new StepReport(loss / Math.Max(1, passes), dice / Math.Max(1, passes), norm, images);
    }

    // What a resumed run must share with the one it continues.
    private string SettingsText() => JsonSerializer.Serialize(new
    {
        options,
        method = method.Config,
        train = Digest(train),
        validation = validation is null ? null : Digest(validation),
        model = new { model.Architecture, model.InputSide },
    });

    private static string Digest(ISegmentationDataset dataset) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', dataset.Samples.Select(s => $"{s.Id}\t{s.Group}")))));

    private sealed record StepReport(double Loss, double Dice, double GradientNorm, int Images);
}
