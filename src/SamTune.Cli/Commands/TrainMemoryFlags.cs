using System.CommandLine;
using SamTune.Cli.Advice;
using SamTune.Cli.Running;
using SamTune.Imaging;
using SamTune.Training;
using SamTune.Training.Caching;

namespace SamTune.Cli.Commands;

/// <summary>The flags of <c>train</c> that trade memory, disk and time against each other.</summary>
internal sealed class TrainMemoryFlags
{
    private readonly Option<string?> cache = new("--cache") { Description = "Folder that keeps what the frozen part of the encoder makes of each picture, for this run and later ones; without it, in memory for this run." };
    private readonly Option<string?> cacheSize = new("--cache-size") { Description = "What is kept at most, such as 8GB (20GiB in --cache, 2GiB in memory); 0 keeps nothing." };
    private readonly Option<string?> cachePrecision = new("--cache-precision") { Description = "fp16 (default with --cache), bf16, or fp32 (default in memory): exact, twice the space." };
    private readonly Option<int?> views = new("--views") { Description = "With --augment: variations of a picture that there are, so that they come again and can be kept; new ones every epoch by default." };
    private readonly Option<bool> checkpointing = new("--checkpointing") { Description = "Compute each encoder block again in the backward pass instead of keeping its inside: less memory, about a third more time, the same gradients." };
    private readonly Option<string?> memoryLimit = new("--memory-limit") { Description = "Choose batch, passes a step, checkpointing and the cache in memory so that about this much suffices, such as 4GB." };

    /// <summary>Adds the flags to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option flag in new Option[] { cache, cacheSize, cachePrecision, views, checkpointing, memoryLimit })
        {
            command.Add(flag);
        }
    }

    /// <summary>The run's settings with these flags on top.</summary>
    public TrainingOptions Apply(CommandSettings settings, TrainingOptions options)
    {
        TrainingOptions applied = options with
        {
            Views = settings.Whole(views) ?? options.Views,
            Checkpointing = settings.IsOn(checkpointing) || options.Checkpointing,
            CachePrecision = settings.Text(cachePrecision) switch
            {
                null => settings.Text(cache) != null ? CachePrecision.Fp16 : CachePrecision.Fp32,
                "fp32" => CachePrecision.Fp32,
                "fp16" => CachePrecision.Fp16,
                "bf16" => CachePrecision.Bf16,
                var other => throw new InputException($"{cachePrecision.Name}: '{other}' is unknown; choose fp32, fp16 or bf16."),
            },
        };
        applied.Validate();
        return applied;
    }

    /// <summary>Where activations are kept.</summary>
    public CacheOptions Cache(CommandSettings settings) => new()
    {
        Folder = settings.Text(cache),
        Bytes = settings.Text(cacheSize) is { } text ? (text.Trim() == "0" ? 0 : MemorySize.Parse(text, cacheSize.Name)) : null,
    };

    /// <summary>The limit that is asked for; null for none.</summary>
    public long? Limit(CommandSettings settings) => settings.Text(memoryLimit) is { } text ? MemorySize.Parse(text, memoryLimit.Name) : null;
}
