using System.Globalization;
using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Data.Augmentation;
using SamTune.Data.Domains;
using SamTune.Training;

namespace SamTune.Cli.Advice;

/// <summary>A choice, with the counted figure it follows from.</summary>
/// <param name="Choice">What is recommended.</param>
/// <param name="Because">Why, with the figure.</param>
internal sealed record AdviceReason(string Choice, string Because);

/// <summary>
/// Which method, for how long and with which augmentation: rules of thumb from the number of pictures, narrowed by memory. Under 100 pictures LoRA of rank 4, from 10,000 on full
/// fine-tuning, between them LoRA of rank 8 and then adapters.
/// </summary>
/// <param name="Config">The method.</param>
/// <param name="Epochs">Passes at most.</param>
/// <param name="Patience">Validations without a lower loss before it stops.</param>
/// <param name="Augmentation">Name of the preset.</param>
/// <param name="Batch">Pictures a step.</param>
/// <param name="InputSide">Side of the input, pixels.</param>
/// <param name="Forecast">What it will about need.</param>
/// <param name="Reasons">Why each.</param>
internal sealed record MethodAdvice(
    MethodConfig Config, int Epochs, int Patience, string Augmentation, int Batch, int InputSide, TrainingForecast Forecast, IReadOnlyList<AdviceReason> Reasons)
{
    private const int Few = 100, Some = 1000, Many = 10_000;
    private const int UsualBatch = 2;
    private const int SmallestSide = 256;

    /// <summary>Rank 4, with the usual ratio alpha / rank = 4, so that learning rates carry over.</summary>
    private static readonly LoraConfig s_small = new() { Rank = 4, Alpha = 16 };

    /// <summary>Applies the rules.</summary>
    public static MethodAdvice For(AdviceRequest request)
    {
        List<AdviceReason> reasons = [];
        (MethodConfig wanted, int epochs, string augmentation) = ByCount(request, reasons);
        (MethodConfig config, int side, int batch) = ByMemory(request, wanted, reasons);
        TrainingForecast forecast = Reckon(request, config, side, batch);
        reasons.Add(new AdviceReason("early stopping, patience 5", Invariant($"{epochs} epochs are an upper limit; the validation loss says when {request.Pictures} pictures are learned")));
        return new MethodAdvice(config, epochs, 5, augmentation, batch, side, forecast, reasons);
    }

    /// <summary>The settings of the trainer that follow.</summary>
    public TrainingOptions Options => new()
    {
        Epochs = Epochs,
        Patience = Patience,
        BatchSize = Batch,
        Augmentation = Augmentation == "none" ? null : AugmentationSpec.Presets[Augmentation],
    };

    /// <summary>The flags of <c>samtune train</c> that say the same.</summary>
    /// <param name="baseSide">Input side of the base; another is named.</param>
    public string Flags(int baseSide)
    {
        string method = Config switch
        {
            LoraConfig lora => Invariant($"--method lora --rank {lora.Rank} --alpha {lora.Alpha}{FromBlock(lora.FromBlock)}"),
            AdapterConfig adapters => Invariant($"--method adapters --bottleneck {adapters.Bottleneck}{FromBlock(adapters.FromBlock)}"),
            _ => $"--method {Config.Method}",
        };
        return Invariant($"{method} --lr {Config.DefaultLearningRate} --epochs {Epochs} --patience {Patience} --augment {Augmentation} --batch {Batch}")
            + (InputSide != baseSide ? $" --input-size {InputSide}" : "");
    }

    private static string FromBlock(int? first) => first is { } block ? Invariant($" --from-block {block}") : "";

    private static (MethodConfig Config, int Epochs, string Augmentation) ByCount(AdviceRequest request, List<AdviceReason> reasons)
    {
        int n = request.Pictures;
        string usual = request.Domain is { } domain && DomainProfile.Find(domain) is { } profile ? profile.Augmentation : "few-shot";
        if (n < Few)
        {
            reasons.Add(new AdviceReason("lora, rank 4", Invariant($"{n} pictures, fewer than {Few}: few trained values ({Trained(request, s_small)}) cannot learn them by heart")));
            reasons.Add(new AdviceReason("augmentation few-shot", Invariant($"{n} pictures: rotation, flips, colour and MixUp stand in for the missing ones")));
            reasons.Add(new AdviceReason("up to 100 epochs", Invariant($"{n} pictures make {(n + 1) / 2} steps an epoch")));
            return (s_small, 100, "few-shot");
        }

        string kind = request.Domain is null ? "no domain is named" : $"the domain is {request.Domain}";
        reasons.Add(new AdviceReason($"augmentation {usual}", kind));
        if (n >= Many)
        {
            // As many pictures seen as 50 passes over 10,000.
            int epochs = Math.Clamp(50 * Many / n, 20, 50);
            var full = new FullConfig();
            reasons.Add(new AdviceReason("full, learning rate 1e-5", Invariant($"{n} pictures, {Many} or more, are enough for all {Trained(request, full)} values")));
            reasons.Add(new AdviceReason(Invariant($"up to {epochs} epochs"), Invariant($"{n} pictures make {n / 2} steps an epoch")));
            return (full, epochs, usual);
        }

        MethodConfig config = n < Some ? new LoraConfig() : new AdapterConfig();
        string name = n < Some ? "lora, rank 8" : "adapters, bottleneck 64";
        string range = n < Some ? Invariant($"{Few} to {Some - 1}") : Invariant($"{Some} to {Many - 1}");
        reasons.Add(new AdviceReason(name, Invariant($"{n} pictures, {range}: {Trained(request, config)} trained values")));
        reasons.Add(new AdviceReason("up to 50 epochs", Invariant($"{n} pictures make {(n + 1) / 2} steps an epoch")));
        return (config, 50, usual);
    }

    // The first of ever cheaper ways that fits.
    private static (MethodConfig Config, int Side, int Batch) ByMemory(AdviceRequest request, MethodConfig wanted, List<AdviceReason> reasons)
    {
        if (request.MemoryBytes is not { } memory)
            return (wanted, request.InputSide, UsualBatch);

        long first = Reckon(request, wanted, request.InputSide, UsualBatch).MemoryBytes;
        foreach ((MethodConfig config, int side, int batch) in Ways(request, wanted))
        {
            long needed = Reckon(request, config, side, batch).MemoryBytes;
            if (needed > memory)
                continue;
            reasons.Add(new AdviceReason(
                $"{config.Method}{(IsLate(config) ? " in the last third of the blocks" : "")}, batch {batch}, input side {side}",
                $"about {Gigabytes(needed)} of {Gigabytes(memory)}" + (needed == first ? "" : $"; {wanted.Method} with batch {UsualBatch} at {request.InputSide} would need about {Gigabytes(first)}")));
            return (config, side, batch);
        }

        var last = new PromptTuningConfig();
        long least = Reckon(request, last, request.InputSide, 1).MemoryBytes;
        reasons.Add(new AdviceReason("prompt, batch 1", $"about {Gigabytes(least)}, the least of all methods, is more than {Gigabytes(memory)}: use a smaller base or a smaller --input-size"));
        return (last, request.InputSide, 1);
    }

    private static IEnumerable<(MethodConfig Config, int Side, int Batch)> Ways(AdviceRequest request, MethodConfig wanted)
    {
        MethodConfig[] methods = wanted is FullConfig ? [wanted, new AdapterConfig()] : [wanted];
        foreach (MethodConfig method in methods)
        {
            yield return (method, request.InputSide, UsualBatch);
            yield return (method, request.InputSide, 1);
        }

        MethodConfig late = Late(methods[^1], request.Model.EncoderDepth);
        yield return (late, request.InputSide, UsualBatch);
        yield return (late, request.InputSide, 1);

        for (int side = request.InputSide / 2; side >= SmallestSide && side % request.Model.PatchSize == 0; side /= 2)
        {
            yield return (methods[^1], side, UsualBatch);
            yield return (methods[^1], side, 1);
        }

        yield return (new PromptTuningConfig(), request.InputSide, 1);
    }

    // Published comparisons find the last third almost as good as all blocks; what lies before it keeps nothing for the backward pass.
    private static MethodConfig Late(MethodConfig method, int depth) => method switch
    {
        LoraConfig lora => lora with { FromBlock = depth - Math.Max(1, depth / 3) },
        AdapterConfig adapters => adapters with { FromBlock = depth - Math.Max(1, depth / 3) },
        _ => method,
    };

    private static bool IsLate(MethodConfig method) => method is LoraConfig { FromBlock: not null } or AdapterConfig { FromBlock: not null };

    private static TrainingForecast Reckon(AdviceRequest request, MethodConfig config, int side, int batch) => TrainingForecast.Of(request.Model, config, side, batch, request.Cores);

    private static string Trained(AdviceRequest request, MethodConfig config) => Reckon(request, config, request.InputSide, 1).TrainedParameters.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Bytes as people read them: "4.2 GB", of 10^9 bytes.</summary>
    public static string Gigabytes(long bytes) => Invariant($"{bytes / 1e9:0.0} GB");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
