using System.CommandLine;
using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Bands;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Cli.Running;
using SamTune.Imaging;

namespace SamTune.Cli.Commands;

/// <summary>The flags of <c>train</c> that choose and set up a method.</summary>
internal sealed class TrainMethodFlags
{
    private const string Auto = "auto";

    private readonly Option<string?> method = new("--method") { Description = "lora (default), adapters, full, prompt, or auto: what 'samtune advise' recommends." };
    private readonly Option<int?> rank = new("--rank") { Description = "lora: rank of the update (8)." };
    private readonly Option<double?> alpha = new("--alpha") { Description = "lora: numerator of the scale alpha / rank (32)." };
    private readonly Option<double?> dropout = new("--dropout") { Description = "lora: share of inputs dropped (0.1)." };
    private readonly Option<string?> targets = new("--targets") { Description = "lora: such as encoder.q,encoder.v (default), decoder.q or a pattern with *." };
    private readonly Option<int?> bottleneck = new("--bottleneck") { Description = "adapters: width of the bottleneck (64)." };
    private readonly Option<string?> blocks = new("--blocks") { Description = "adapters: encoder blocks, such as 8,9,10,11, or none; all by default." };
    private readonly Option<int?> fromBlock = new("--from-block") { Description = "lora, adapters: first encoder block that is adapted, from 0; what lies before it is computed once a picture. All by default." };
    private readonly Option<bool> outputAdapter = new("--output-adapter") { Description = "adapters: one more on the encoder's output; with --blocks none the encoder runs once a picture." };
    private readonly Option<int?> tokens = new("--tokens") { Description = "prompt: learned tokens (10)." };
    private readonly Option<string?> freeze = new("--freeze") { Description = "full: parts that stay as they are, of encoder,prompt-encoder,decoder." };
    private readonly Option<double?> layerDecay = new("--layer-decay") { Description = "full: factor on the rate for each block further from the output (1)." };
    private readonly Option<string?> bandFilters = new("--band-filters")
    {
        Description = "With --near-infrared four-channels: what its filters are before training, zero (the base as it is) or rgb-mean (counts from the first step on).",
    };

    private readonly Option<string?> preset = new("--preset") { Description = "medsam: full fine-tuning with the prompt encoder frozen." };

    /// <summary>Adds the flags to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option flag in new Option[] { method, rank, alpha, dropout, targets, bottleneck, blocks, fromBlock, outputAdapter, tokens, freeze, layerDecay, preset, bandFilters })
        {
            command.Add(flag);
        }
    }

    /// <summary>Whether the method is left to the advice.</summary>
    /// <exception cref="InputException">A setting of a method is given all the same.</exception>
    public bool IsAuto(CommandSettings settings)
    {
        bool isAuto = settings.Text(method) == Auto;
        if (isAuto)
        {
            RefuseForeign(settings, Auto);
        }

        return isAuto;
    }

    /// <summary>What the filters of a fourth channel are before training.</summary>
    /// <param name="settings">Flags and file.</param>
    /// <param name="hasFour">Whether there is a fourth channel.</param>
    /// <exception cref="InputException">The word is unknown, or there is no fourth channel.</exception>
    public BandInitialisation BandFilters(CommandSettings settings, bool hasFour) => settings.Text(bandFilters) switch
    {
        null => BandInitialisation.Zero,
        _ when !hasFour => throw new InputException($"{bandFilters.Name}: belongs to a fourth channel; add --profile satellite --near-infrared four-channels, or leave it out."),
        { } word => Words.OneOf<BandInitialisation>(word, bandFilters.Name),
    };

    /// <summary>The chosen method.</summary>
    /// <exception cref="InputException">A word is unknown, or a setting belongs to another method.</exception>
    public MethodConfig Read(CommandSettings settings)
    {
        string? named = settings.Text(method), preset = settings.Text(this.preset);
        if (preset is not (null or "medsam"))
        {
            throw new InputException($"--preset: '{preset}' is unknown; the only one is medsam.");
        }

        string chosen = named ?? (preset != null ? FullConfig.MethodName : LoraConfig.MethodName);
        RefuseForeign(settings, chosen);
        MethodConfig config = chosen switch
        {
            LoraConfig.MethodName => Lora(settings),
            AdapterConfig.MethodName => new AdapterConfig
            {
                Bottleneck = settings.Whole(bottleneck) ?? new AdapterConfig().Bottleneck,
                Blocks = settings.List(blocks) switch
                {
                    null => null,
                    ["none"] => [],
                    var list => [.. list.Select(b => Words.Whole(b, blocks.Name))],
                },
                FromBlock = settings.Whole(fromBlock),
                Output = settings.IsOn(outputAdapter),
            },
            PromptTuningConfig.MethodName => new PromptTuningConfig { Tokens = settings.Whole(tokens) ?? new PromptTuningConfig().Tokens },
            FullConfig.MethodName => Full(settings, preset != null ? FullConfig.MedSam : new FullConfig()),
            _ => throw new InputException($"--method: '{chosen}' cannot be used here; choose lora, adapters, full or prompt."),
        };
        config.Validate();
        return config;
    }

    private LoraConfig Lora(CommandSettings settings)
    {
        var usual = new LoraConfig();
        return usual with
        {
            Rank = settings.Whole(rank) ?? usual.Rank,
            Alpha = settings.Real(alpha) ?? usual.Alpha,
            Dropout = settings.Real(dropout) ?? usual.Dropout,
            Targets = settings.List(targets) ?? usual.Targets,
            FromBlock = settings.Whole(fromBlock),
        };
    }

    private FullConfig Full(CommandSettings settings, FullConfig start)
    {
        IReadOnlyList<string> parts = settings.List(freeze) ?? [];
        string? unknown = parts.FirstOrDefault(p => p is not ("encoder" or "prompt-encoder" or "decoder"));
        return unknown != null
            ? throw new InputException($"--freeze: '{unknown}' is no part; choose among encoder, prompt-encoder and decoder.")
            : start with
            {
                FreezeImageEncoder = parts.Contains("encoder"),
                FreezePromptEncoder = start.FreezePromptEncoder || parts.Contains("prompt-encoder"),
                FreezeMaskDecoder = parts.Contains("decoder"),
                LayerDecay = settings.Real(layerDecay) ?? start.LayerDecay,
            };
    }

    // A flag without effect would let a user believe in a setting that nothing uses.
    private void RefuseForeign(CommandSettings settings, string chosen)
    {
        (string Flag, string Method, bool IsSet)[] owned =
        [
            (rank.Name, LoraConfig.MethodName, settings.Whole(rank) != null),
            (alpha.Name, LoraConfig.MethodName, settings.Real(alpha) != null),
            (dropout.Name, LoraConfig.MethodName, settings.Real(dropout) != null),
            (targets.Name, LoraConfig.MethodName, settings.Text(targets) != null),
            (bottleneck.Name, AdapterConfig.MethodName, settings.Whole(bottleneck) != null),
            (blocks.Name, AdapterConfig.MethodName, settings.Text(blocks) != null),
            (outputAdapter.Name, AdapterConfig.MethodName, settings.IsOn(outputAdapter)),
            (tokens.Name, PromptTuningConfig.MethodName, settings.Whole(tokens) != null),
            (freeze.Name, FullConfig.MethodName, settings.Text(freeze) != null),
            (layerDecay.Name, FullConfig.MethodName, settings.Real(layerDecay) != null),
            (preset.Name, FullConfig.MethodName, settings.Text(preset) != null),
        ];
        if (settings.Whole(fromBlock) != null && chosen is not (LoraConfig.MethodName or AdapterConfig.MethodName))
        {
            throw new InputException($"{fromBlock.Name}: belongs to the methods 'lora' and 'adapters', not '{chosen}'; leave it out or change --method.");
        }

        if (owned.FirstOrDefault(o => o.IsSet && o.Method != chosen) is { Flag: not null } foreign)
        {
            throw new InputException($"{foreign.Flag}: belongs to the method '{foreign.Method}', not '{chosen}'; leave it out or change --method.");
        }
    }
}
