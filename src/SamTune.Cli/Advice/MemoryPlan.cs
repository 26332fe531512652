using System.Globalization;
using SamTune.Adaptation;
using SamTune.Checkpoints.Layouts;
using SamTune.Imaging;
using SamTune.Training;
using SamTune.Training.Caching;

namespace SamTune.Cli.Advice;

/// <summary>
/// How a training is made to fit a limit: first smaller passes, as many more of them a step, which cost no time; then checkpointing, which makes a step about a third longer (docs/benchmarks.md). What is left over holds
/// activations of the frozen part of the encoder.
/// </summary>
/// <param name="Options">The run's settings with what was chosen.</param>
/// <param name="Cache">Where activations are kept, and how many.</param>
/// <param name="Bytes">What the training about needs, without kept activations.</param>
internal sealed record MemoryPlan(TrainingOptions Options, CacheOptions Cache, long Bytes)
{
    // A run may take a tenth more than its forecast, by the machine: what leaves room for that comes first.
    private static readonly double[] s_shares = [0.9, 1];

    /// <summary>Chooses.</summary>
    /// <param name="sizes">The model.</param>
    /// <param name="method">The method.</param>
    /// <param name="inputSide">Side of the input, pixels.</param>
    /// <param name="wanted">What is asked for.</param>
    /// <param name="cache">Where activations are kept; a folder is no part of the memory.</param>
    /// <param name="limit">Bytes that may be used.</param>
    /// <param name="sources">What is read.</param>
    /// <exception cref="InputException">Nothing fits.</exception>
    public static MemoryPlan For(SamArchitecture sizes, MethodConfig method, int inputSide, TrainingOptions wanted, CacheOptions cache, long limit, SourceSizes sources)
    {
        bool[] ways = wanted.Checkpointing || !CanCheckpoint(sizes, method) ? [wanted.Checkpointing] : [false, true];
        foreach ((double share, bool isCheckpointed) in from share in s_shares from way in ways select (share, way))
        {
            for (int batch = wanted.BatchSize; batch >= 1; batch--)
            {
                long bytes = Need(batch, isCheckpointed);
                if (wanted.BatchSize % batch != 0 || bytes > share * limit)
                {
                    continue;
                }

                return new MemoryPlan(
                    wanted with { BatchSize = batch, AccumulationSteps = wanted.AccumulationSteps * (wanted.BatchSize / batch), Checkpointing = isCheckpointed },
                    cache.Folder is null ? cache with { Bytes = Math.Min(cache.Limit, limit - bytes) } : cache,
                    bytes);
            }
        }

        long least = Need(1, ways[^1]);
        throw new InputException(
            $"--memory-limit: {MethodAdvice.Gigabytes(limit)} is less than the {MethodAdvice.Gigabytes(least)} that {method.Method} about needs with a batch of 1{(ways[^1] ? " and checkpointing" : "")} at an input side of {inputSide}; "
                + "adapt later blocks alone (--from-block), use a smaller --input-size, or --method prompt.");

        long Need(int batch, bool isCheckpointed) => TrainingForecast.Of(sizes, method, inputSide, batch, cores: 1, sources, wanted with { Checkpointing = isCheckpointed }).MemoryBytes;
    }

    /// <summary>What was chosen, in one line.</summary>
    /// <param name="limit">Bytes that may be used.</param>
    /// <param name="keeps">Whether the method leaves a part of the encoder frozen.</param>
    public string Text(long limit, bool keeps) => string.Create(
        CultureInfo.InvariantCulture,
        $"memory: about {MethodAdvice.Gigabytes(Bytes)} of {MethodAdvice.Gigabytes(limit)} with batch {Options.BatchSize}, {Options.AccumulationSteps} passes a step, {(Options.Checkpointing ? "checkpointing" : "no checkpointing")}"
            + $"{(keeps && Cache.Folder is null ? $"; up to {MethodAdvice.Gigabytes(Cache.Limit)} of kept activations" : "")}");

    private static bool CanCheckpoint(SamArchitecture sizes, MethodConfig method) => TrainingForecast.FirstTrainedBlock(sizes, method) < sizes.EncoderDepth;
}
