using System.CommandLine;
using SamTune.Adaptation;
using SamTune.Adaptation.Bands;
using SamTune.Artifacts;
using SamTune.Checkpoints.Layouts;
using SamTune.Cli.Advice;
using SamTune.Cli.Hosting;
using SamTune.Cli.Output;
using SamTune.Cli.Running;
using SamTune.Data.Checking;
using SamTune.Data.Datasets;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Inference;
using SamTune.Training;
using SamTune.Training.Caching;
using SamTune.Training.State;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune train DATA --base CKPT --out DIR</c>: fine-tunes and leaves an adapter with its curves.</summary>
internal sealed class TrainCommand : TeachingCommand
{
    /// <summary>Share held out for validation where nothing else is said.</summary>
    internal const double UsualValidationShare = 0.2;

    private readonly DatasetOpening data = new();
    private readonly Option<string?> task = new("--task") { Description = "DATA holds a tasks.json: the task whose train and val parts are used." };
    private readonly TrainMethodFlags method = new();
    private readonly TrainOptionFlags training = new();
    private readonly TrainMemoryFlags memory = new();
    private readonly Option<string?> source = BaseName.Flag();
    private readonly Option<string?> output = new("--out") { Description = "Folder for the adapter, logs, curves and what is needed to resume." };
    private readonly Option<string?> validation = new("--val") { Description = "Validation data, laid out as DATA; DATA's own part 'val' by default." };
    private readonly Option<double?> share = new("--val-share") { Description = "Without validation data: share of DATA held out by group (0.2); 0 trains without validation." };
    private readonly Option<int?> inputSize = new("--input-size") { Description = "Side of the square input, a multiple of the patch; the checkpoint's by default." };
    private readonly Option<bool> half = new("--half") { Description = "Store the adapter in half precision." };
    private readonly Option<bool> resume = new("--resume") { Description = "Continue the run in --out; the same settings and data are needed." };
    private readonly Option<string?> config = new("--config") { Description = "YAML file of settings by flag name in camelCase (valShare: 0.1); flags stand on top." };
    private readonly Option<string?> device = DeviceFlag.Create();
    private readonly Option<string?> precision = PrecisionFlag.Create("Products of linear layers and attention in training, validation apart");
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object on the output and nothing else." };

    /// <summary>Creates the command.</summary>
    public TrainCommand()
        : base("train", "Fine-tunes SAM on pictures or volumes with masks. Ctrl-C stops after the current step and leaves what --resume needs.")
    {
        data.AddTo(this);
        foreach (Option flag in new Option[] { task, source, output, validation, share, inputSize, device, precision })
        {
            Add(flag);
        }

        method.AddTo(this);
        training.AddTo(this);
        memory.AddTo(this);
        foreach (Option flag in new Option[] { half, resume, config, json })
        {
            Add(flag);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune train cells/ --out runs/cells", "LoRA on images/ and masks/ in cells/, from the small SAM that comes with the tool"),
        new("samtune train cells/ --base vit_b --out runs/cells", "The same from Meta's ViT-B, after 'samtune pull vit_b'"),
        new("samtune train --image scan.nii.gz --labels seg.nii.gz --base sam_vit_b.pth --method prompt --out runs/scan", "Prompt tuning on the slices of a volume"),
        new("samtune train cells/ --base sam_vit_b.pth --preset medsam --out runs/full", "MedSAM's recipe"),
        new("samtune train scans/ --profile ct --window brain --base sam_vit_b.pth --method auto --out runs/ct", "CT in its brain window; method and duration as 'samtune advise' has them"),
        new("samtune train cells/ --base vit_b --from-block 8 --cache ~/.cache/samtune/activations --out runs/late", "LoRA in the last four blocks; what lies before them is computed once and shared with later runs"),
        new("samtune train cells/ --base vit_b --memory-limit 4GB --out runs/small", "As above on a small machine: batch and checkpointing are chosen to fit"),
        new("samtune train roofs/ --profile satellite --near-infrared four-channels --out runs/roofs", "GeoTIFF scenes; near infrared as a fourth channel beside the base's three"),
        new("samtune train --config runs/cells.yaml --resume cells/ --base sam_vit_b.pth --out runs/cells", "Settings from a file; continue where it stopped"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var settings = new CommandSettings(result, config);
        string folder = settings.Text(output) ?? throw new InputException("--out: is missing; name the folder that the run is written to.");
        string path = settings.Text(source) ?? BaseName.Default;
        bool continues = result.GetValue(resume);
        MethodConfig? chosen = method.IsAuto(settings) ? null : method.Read(settings);
        TrainingOptions options = training.Read(settings);
        TextWriter error = result.InvocationConfiguration.Error;
        if (!continues && (File.Exists(Path.Combine(folder, "last.safetensors")) || File.Exists(Path.Combine(folder, "adapter.safetensors"))))
        {
            throw new InputException($"{folder}: holds a run already; pass --resume to continue it, or choose another folder after --out.");
        }

        (ISegmentationDataset train, ISegmentationDataset? held, PreprocessingSpec spec, SourceSizes sources, IReadOnlyList<string> warnings) = Open(result, settings, options.Seed, cancellationToken);
        MethodAdvice? advice = chosen == null ? Advise(settings, path, train, spec, error) : null;
        bool hasFour = spec.Scene?.NearInfrared == NearInfrared.FourChannels;
        BandInitialisation filters = method.BandFilters(settings, hasFour);
        MethodConfig methodConfig = chosen ?? advice!.Config;
        methodConfig = hasFour ? methodConfig with { ExtraBands = MeasuredBands.Of(train, filters, cancellationToken) } : methodConfig;
        options = memory.Apply(settings, advice == null ? options : training.Read(settings, advice.Options));
        CacheOptions cache = memory.Cache(settings);
        using BaseModel model = BaseModel.Load(path, artifact: null, settings.Whole(inputSize) ?? advice?.InputSide, DeviceFlag.Read(settings.Text(device)));
        options = options with { BFloat16 = PrecisionFlag.IsBFloat16(settings.Text(precision), model.Model.Device.type) };
        using IFineTuning tuning = FineTuning.Create(methodConfig, model.Model, options.Seed);
        bool keeps = tuning.FrozenPrefix.IsWorthKeeping;
        if (memory.Limit(settings) is { } limit)
        {
            MemoryPlan plan = MemoryPlan.For(model.Model.Architecture, methodConfig, model.Model.InputSide, options, cache, limit, sources);
            (options, cache) = (plan.Options, plan.Cache);
            error.WriteLine(plan.Text(limit, keeps));
        }

        RunIdentity identity = new(model.Name, model.Fingerprint, model.Model.InputSide, spec);
        if (continues)
        {
            identity.RequireSame(folder);
        }

        OutputFolder.Create(folder);
        identity.Write(folder);
        foreach (string warning in warnings)
        {
            error.WriteLine($"warning: {warning}");
        }

        error.WriteLine($"{methodConfig.Method} on {model.Name}: {TextTable.Count(tuning.ParameterCount())} parameters to train; {train.Samples.Count} pictures, {held?.Samples.Count ?? 0} for validation.");
        if (keeps && options is { Augmentation: not null, Views: null })
        {
            error.WriteLine("note: every epoch varies the pictures anew, so nothing of them is kept; --views 8 keeps eight variations of each.");
        }

        if (memory.Limit(settings) != null)
        {
            // What reading the data left behind: by default the collector waits until as much has gathered as the processor's cache holds, 300 MB on some servers.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        var trainer = new Trainer(model.Model, tuning, train, held, options, folder, TimeProvider.System, cache);
        TrainingResult done = TrainingReporter.Show(error, progress => trainer.Run(continues, progress, cancellationToken));
        if (done.Ending == TrainingEnding.Cancelled)
        {
            error.WriteLine($"stopped after step {done.Steps}; the same command with --resume continues from there.");
            return Task.FromResult(ExitCode.Cancelled);
        }

        if (done.Cache is { } use)
        {
            error.WriteLine($"frozen part of the encoder: {use.Computed} pictures computed, {use.Found} taken from what was kept{(use.Damaged > 0 ? $", {use.Damaged} damaged entries computed anew" : "")}.");
        }

        ISegmentationDataset shown = held ?? train;
        string artifact = Path.Combine(folder, "adapter.safetensors");
        bool isHalf = settings.IsOn(half);
        if (isHalf)
        {
            SavedArtifact.RoundToHalf(tuning);
        }

        ArtifactFile.Save(artifact, tuning, RunManifest.Of(model, tuning, spec, train, held, done), isHalf);
        using (var predictor = new SamPredictor(model.Model, tuning.Adaptation))
        {
            SavedArtifact.RequireSamePrediction(artifact, path, predictor, shown.Load(0), model.Model.Device);
            RunPictures.Overlays(predictor, shown, options.ValidationPrompts[0], Path.Combine(folder, "overlay.png"));
        }

        RunPictures.LearningCurve(Path.Combine(folder, "log.jsonl"), Path.Combine(folder, "learning-curve.png"));
        Report(result, new Summary(
            methodConfig.Method, path, folder, artifact, new FileInfo(artifact).Length, tuning.ParameterCount(), done.Steps, done.Ending, done.Best?.Dice, done.Best?.Loss, done.Cache));
        return Task.FromResult(ExitCode.Success);
    }

    /// <summary>What is learned from and what is held out, where no validation data is given.</summary>
    internal static DatasetSplit HoldOut(ISegmentationDataset whole, double share, long seed) => Splits.HoldOut(whole, new SplitOptions { Validation = share, Test = 0, Seed = seed });

    private MethodAdvice Advise(CommandSettings settings, string path, ISegmentationDataset train, PreprocessingSpec spec, TextWriter error)
    {
        SamArchitecture sizes = BaseSizes.Of(path);
        MethodAdvice advice = MethodAdvice.For(new AdviceRequest(
            train.Samples.Count, DomainGuess.Of(train, spec), sizes, settings.Whole(inputSize) ?? sizes.ImageSize, MachineMemory.Bytes, Environment.ProcessorCount));
        foreach (AdviceReason reason in advice.Reasons)
        {
            error.WriteLine($"advice: {reason.Choice}: {reason.Because}");
        }

        error.WriteLine($"advice: the same as {advice.Flags(sizes.ImageSize)}; flags that are given stand on top");
        return advice;
    }

    private (ISegmentationDataset Train, ISegmentationDataset? Held, PreprocessingSpec Spec, SourceSizes Sources, IReadOnlyList<string> Warnings) Open(
        ParseResult result, CommandSettings settings, long seed, CancellationToken cancel)
    {
        FoundDataset found = data.Find(result, settings, settings.Text(task));
        IPreprocessedDataset whole = DatasetOpening.Sized(found.Choose("train").Dataset);
        PreprocessingSpec spec = whole.Preprocessing;
        SourceSizes sources = DatasetOpening.CheckPixels(whole, cancel);
        if (settings.Text(validation) is { } root)
        {
            IPreprocessedDataset held = data.OpenPart(root, "val", settings, spec);
            return (whole, held, spec, sources.With(DatasetOpening.CheckPixels(held, cancel)), Told(whole.ResolutionMessage, held.ResolutionMessage));
        }

        if (found.Find("train") != null && found.Find("val")?.Dataset is { } stop)
        {
            sources = sources.With(DatasetOpening.CheckPixels(DatasetOpening.Sized(stop), cancel));
            IReadOnlyList<string> shared = Splits.SharedGroups(whole, stop);
            string? warning = shared.Count == 0 ? null : $"{stop.Name}: is of what is trained on too ({string.Join(", ", shared)}); its scores say how well it works on this, not on others.";
            return (whole, stop, spec, sources, Told(warning, whole.ResolutionMessage, stop.ResolutionMessage));
        }

        double heldOut = settings.Real(share) ?? UsualValidationShare;
        if (heldOut == 0)
        {
            return (whole, null, spec, sources, Told(whole.ResolutionMessage));
        }

        DatasetSplit split = HoldOut(whole, heldOut, seed);
        return (split.Train, split.Validation, spec, sources, Told(split.Warning, whole.ResolutionMessage));
    }

    private static string[] Told(params string?[] warnings) => [.. warnings.OfType<string>().Distinct(StringComparer.Ordinal)];

    private void Report(ParseResult result, Summary summary)
    {
        TextWriter writer = result.InvocationConfiguration.Output;
        if (result.GetValue(json))
        {
            JsonOutput.Write(writer, summary);
            return;
        }

        string dice = summary.ValidationDice is { } value ? FormattableString.Invariant($", validation Dice {value:0.000}") : "";
        writer.WriteLine($"{summary.Artifact}: {summary.Method}, {TextTable.Count(summary.TrainedParameters)} parameters, {TextTable.Count(summary.Bytes)} bytes after {summary.Steps} steps{dice}; loads back and predicts the same to the bit.");
    }

    /// <summary>What was done; the names of its properties are the keys of <c>--json</c>.</summary>
    private sealed record Summary(
        string Method, string Base, string Out, string Artifact, long Bytes, long TrainedParameters, int Steps, TrainingEnding Ending, double? ValidationDice, double? ValidationLoss, CacheUse? Cache);
}
