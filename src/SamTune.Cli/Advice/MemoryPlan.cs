using System.Globalization;
using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Lora;
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
        foreach (bool isCheckpointed in ways)
        {
            for (int batch = wanted.BatchSize; batch >= 1; batch--)
            {
                long bytes = Need(sizes, method, inputSide, batch, isCheckpointed, sources, Prompts(wanted));
                if (wanted.BatchSize % batch != 0 || bytes > limit)
                {
                    continue;
                }

                return new MemoryPlan(
                    wanted with { BatchSize = batch, AccumulationSteps = wanted.AccumulationSteps * (wanted.BatchSize / batch), Checkpointing = isCheckpointed },
                    cache.Folder is null ? cache with { Bytes = Math.Min(cache.Limit, limit - bytes) } : cache,
                    bytes);
            }
        }

        long least = Need(sizes, method, inputSide, 1, ways[^1], sources, Prompts(wanted));
        throw new InputException(
            $"--memory-limit: {MethodAdvice.Gigabytes(limit)} is less than the {MethodAdvice.Gigabytes(least)} that {method.Method} about needs with a batch of 1{(ways[^1] ? " and checkpointing" : "")} at an input side of {inputSide}; "
                + "adapt later blocks alone (--from-block), use a smaller --input-size, or --method prompt.");
    }

    /// <summary>What was chosen, in one line.</summary>
    /// <param name="limit">Bytes that may be used.</param>
    /// <param name="keeps">Whether the method leaves a part of the encoder frozen.</param>
    public string Text(long limit, bool keeps) => string.Create(
        CultureInfo.InvariantCulture,
        $"memory: about {MethodAdvice.Gigabytes(Bytes)} of {MethodAdvice.Gigabytes(limit)} with batch {Options.BatchSize}, {Options.AccumulationSteps} passes a step, {(Options.Checkpointing ? "checkpointing" : "no checkpointing")}"
            + $"{(keeps && Cache.Folder is null ? $"; up to {MethodAdvice.Gigabytes(Cache.Limit)} of kept activations" : "")}");

    private static long Need(SamArchitecture sizes, MethodConfig method, int inputSide, int batch, bool isCheckpointed, SourceSizes sources, int prompts)
    {
        long one = Of(sizes, method, 1), perPicture = Of(sizes, method, 2) - one;
        if (!isCheckpointed || !CanCheckpoint(sizes, method))
        {
            return one + ((batch - 1) * perPicture);
        }

        // At any time the inside of one block, the largest, and what goes into each.
        SamArchitecture single = sizes with { EncoderDepth = 1, GlobalAttentionBlocks = sizes.GlobalAttentionBlocks.Count > 0 ? [0] : [] };
        MethodConfig everywhere = method switch
        {
            AdapterConfig adapters => adapters with { Blocks = null, FromBlock = null },
            LoraConfig lora => lora with { FromBlock = null },
            _ => method,
        };
        long grid = inputSide / sizes.PatchSize, inputs = 4 * grid * grid * sizes.EncoderEmbedDim * (sizes.EncoderDepth - TrainingForecast.FirstTrainedBlock(sizes, method) + 1);
        return one - perPicture + (batch * Math.Min(perPicture, Of(single, everywhere, 2) - Of(single, everywhere, 1) + inputs));

        long Of(SamArchitecture model, MethodConfig of, int pictures) => TrainingForecast.Of(model, of, inputSide, pictures, cores: 1, sources.LargestPicture, sources.LargestVolume, prompts).MemoryBytes;
    }

    // A mixed picture brings its own objects, and the graph of every round is kept until the step's gradient.
    private static int Prompts(TrainingOptions options) =>
        options.ObjectsPerImage * (options.Augmentation?.MixUpAlpha > 0 ? 2 : 1) * (1 + options.CorrectiveRounds);

    private static bool CanCheckpoint(SamArchitecture sizes, MethodConfig method) => TrainingForecast.FirstTrainedBlock(sizes, method) < sizes.EncoderDepth;
}
