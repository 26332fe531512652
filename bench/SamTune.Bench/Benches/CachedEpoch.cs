using System.Diagnostics;
using System.Globalization;
using SamTune.Adaptation;
using SamTune.Adaptation.PromptTuning;
using SamTune.Modeling;
using SamTune.Training;
using SamTune.Training.Caching;
using SamTune.Training.State;

namespace SamTune.Bench.Benches;

/// <summary>What an epoch of prompt tuning takes when the frozen encoder's embeddings are kept.</summary>
internal sealed class CachedEpoch : IBench
{
    private const int Pictures = 4;
    private const int UsualSide = 1024;
    private const int UncachedEpochs = 3;
    private const int CachedEpochs = 7;
    private const double Bar = 0.05;

    /// <inheritdoc/>
    public string Name => "cached-epoch";

    /// <inheritdoc/>
    public string Description => "an epoch of prompt tuning with kept embeddings against one that computes them, ViT-B; at most 0.05 times as long. Argument: side of the input (1024)";

    /// <inheritdoc/>
    public BenchReport Run(IReadOnlyList<string> arguments)
    {
        int side = Arguments.Whole(Name, arguments, 0, UsualSide);
        using Sam model = RandomModel.VitB(side);
        // The first epoch of a run with a cache fills it.
        double[] uncached = Epochs(model, side, UncachedEpochs, cacheBytes: 0), cached = Epochs(model, side, CachedEpochs + 1, cacheBytes: null)[1..];
        double computed = Samples.Percentile(uncached, 50), kept = Samples.Percentile(cached, 50), ratio = kept / computed;
        return new BenchReport(
            "Cached epoch",
            $"Prompt tuning of ViT-B with random weights at {side} x {side}, float32: {Pictures} pictures with one object each, a picture a step. Medians of {UncachedEpochs} epochs that compute every embedding and of {CachedEpochs} that find them in memory.",
            [
                new BenchRow("epoch, embeddings computed", Text(computed, "0.00 s")),
                new BenchRow("epoch, embeddings kept", Text(kept, "0.000 s")),
                new BenchRow("ratio of medians", Text(ratio, "0.000"), Text(Bar, "0.00"), ratio <= Bar),
            ]);
    }

    private static double[] Epochs(Sam model, int side, int epochs, long? cacheBytes)
    {
        using var folder = new TemporaryFolder();
        using IFineTuning method = FineTuning.Create(new PromptTuningConfig(), model, seed: 1);
        var watch = new EpochWatch();
        var options = new TrainingOptions { Epochs = epochs, BatchSize = 1 };
        new Trainer(model, method, new RandomDataset(Pictures, side), validation: null, options, folder.Path, TimeProvider.System, new CacheOptions { Bytes = cacheBytes }).Run(resume: false, watch, CancellationToken.None);
        return watch.Seconds;
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    // Seconds from the end of one epoch to the end of the next; the first from its making.
    private sealed class EpochWatch : IProgress<TrainingProgress>
    {
        private readonly List<double> _seconds = [];
        private long _started = Stopwatch.GetTimestamp();

        public double[] Seconds => [.. _seconds];

        public void Report(TrainingProgress value)
        {
            if (value.Step % Pictures == 0)
            {
                _seconds.Add(Stopwatch.GetElapsedTime(_started).TotalSeconds);
                _started = Stopwatch.GetTimestamp();
            }
        }
    }
}
