using System.CommandLine;
using SamTune.Adaptation;
using SamTune.Adaptation.Full;
using SamTune.Checkpoints.Layouts;
using SamTune.Cli.Hosting;
using SamTune.Cli.Output;
using SamTune.Cli.Pretraining;
using SamTune.Cli.Running;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using SamTune.Synthesis;
using SamTune.Synthesis.Figures;
using SamTune.Training;
using SamTune.Training.State;
using TorchSharp;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune pretrain --out DIR</c>: trains a small promptable SAM from nothing on scenes made by code.</summary>
internal sealed class PretrainCommand : TeachingCommand
{
    private readonly ArchitectureFlags architecture = new();
    private readonly SceneFlags scenes = new();
    private readonly TrainOptionFlags training = new();
    private readonly Option<int?> inputSize = new("--input-size") { Description = "Side that scenes have in this stage, a multiple of the patch; that of the model by default. A first stage on small scenes is several times faster." };
    private readonly Option<string?> start = new("--start") { Description = "Checkpoint to start from instead of random weights; the architecture must be the same." };
    private readonly Option<string?> output = new("--out") { Description = "Folder for the model, its scores, logs and what is needed to resume." };
    private readonly Option<double?> matrixRate = new("--matrix-lr") { Description = "Learning rate of the linear layers' matrices by Muon (orthogonal momentum), while --lr holds for the rest; AdamW with --lr for all by default." };
    private readonly Option<bool> bfloat16 = new("--bfloat16") { Description = "Linear layers in bfloat16: faster on processors with AVX512-BF16 or AMX, slower on others." };
    private readonly Option<int?> fractionBits = new("--fraction-bits") { Description = "Bits of fraction that the saved weights keep, 1 to 10: 7 with --bfloat16, else 10, all of half precision, by default. The fewer, the smaller an archive of the model." };
    private readonly Option<bool> resume = new("--resume") { Description = "Continue the run in --out; the same settings are needed." };
    private readonly Option<string?> config = new("--config") { Description = "YAML file of settings by flag name in camelCase (imageSize: 256); flags stand on top." };
    private readonly Option<string?> device = DeviceFlag.Create();
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object on the output and nothing else." };

    /// <summary>Creates the command.</summary>
    public PretrainCommand()
        : base("pretrain", "Trains a small SAM from nothing on synthetic scenes: no photograph, scan or satellite picture is seen. Ctrl-C stops after the current step and leaves what --resume needs.")
    {
        architecture.AddTo(this);
        scenes.AddTo(this);
        training.AddTo(this);
        foreach (Option flag in new Option[] { inputSize, start, output, matrixRate, bfloat16, fractionBits, device, resume, config, json })
        {
            Add(flag);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune pretrain --config recipes/sam_tiny_stage1.yaml --out runs/sam_tiny_stage1", "The first stage of the base model that comes with the program"),
        new("samtune pretrain --config recipes/sam_tiny_stage1.yaml --out runs/sam_tiny_stage1 --resume", "Continue where it stopped"),
        new("samtune pretrain --width 96 --depth 4 --heads 4 --steps 200 --out runs/try", "A smaller model, for a first try"),
    ];

    /// <inheritdoc/>
    protected override async Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var settings = new CommandSettings(result, config);
        string folder = settings.Text(output) ?? throw new InputException("--out: is missing; name the folder that the run is written to.");
        bool continues = result.GetValue(resume);
        if (!continues && File.Exists(Path.Combine(folder, "last.safetensors")))
        {
            throw new InputException($"{folder}: holds a run already; pass --resume to continue it, or choose another folder after --out.");
        }

        SamArchitecture shape = architecture.Read(settings);
        TrainingOptions options = training.Read(settings) with { Multimask = true, LowResLoss = true, BFloat16 = settings.IsOn(bfloat16), MatrixLearningRate = settings.Real(matrixRate) };
        options.Validate();
        int bits = settings.Whole(fractionBits) ?? (options.BFloat16 ? FractionBits.BFloat16 : FractionBits.Half);
        if (bits is < 1 or > FractionBits.Half)
        {
            throw new InputException($"--fraction-bits: {bits} is not possible; pass 1 to {FractionBits.Half}.");
        }

        IReadOnlyList<IconSet> icons = await scenes.IconsAsync(settings, cancellationToken);
        using Sam model = Start(settings.Text(start), shape, settings.Whole(inputSize), options.Seed, DeviceFlag.Read(settings.Text(device)));
        SyntheticScenes Scenes(string split) => scenes.Open(settings, icons, split, model.InputSide, options.Seed);
        SyntheticScenes train = Scenes("train"), held = Scenes("validation"), test = Scenes("test");
        using IFineTuning everything = FineTuning.Create(new FullConfig(), model, options.Seed);
        OutputFolder.Create(folder);
        TextWriter error = result.InvocationConfiguration.Error;
        error.WriteLine($"{TextTable.Count(everything.ParameterCount())} parameters; {train.Samples.Count} scenes, {icons.Sum(i => i.Count)} drawn figures beside those made by code.");
        var trainer = new Trainer(model, everything, train, held, options, folder, TimeProvider.System);
        TrainingResult done = TrainingReporter.Show(error, progress => trainer.Run(continues, progress, cancellationToken));
        if (done.Ending == TrainingEnding.Cancelled)
        {
            error.WriteLine($"stopped after step {done.Steps}; the same command with --resume continues from there.");
            return ExitCode.Cancelled;
        }

        if (bits < FractionBits.Half)
        {
            FractionBits.Round(model, bits);
        }

        // Measured as it will be used: after the round trip through half precision.
        string path = Path.Combine(folder, "sam.safetensors");
        SamLoader.Save(model, path, half: true);
        using Sam saved = SamLoader.Load(path, model.InputSide, device: model.Device);
        var summary = new Summary(path, new FileInfo(path).Length, everything.ParameterCount(), done.Steps, SceneEvaluation.Run(saved, test, options.Seed, cancellationToken));
        RunPictures.LearningCurve(Path.Combine(folder, "log.jsonl"), Path.Combine(folder, "learning-curve.png"));
        AtomicFile.Write(Path.Combine(folder, "scores.json"), stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            JsonOutput.Write(writer, summary);
        });
        Report(result, summary);
        return ExitCode.Success;
    }

    private static Sam Start(string? path, SamArchitecture shape, int? inputSide, long seed, torch.Device device)
    {
        if (path != null)
        {
            return SamLoader.Load(path, inputSide, shape, device: device);
        }

        var model = new Sam(shape, inputSide);
        SamInitializer.Initialize(model, seed);
        model.to(device);
        return model;
    }

    private void Report(ParseResult result, Summary summary)
    {
        TextWriter writer = result.InvocationConfiguration.Output;
        if (result.GetValue(json))
        {
            JsonOutput.Write(writer, summary);
            return;
        }

        writer.WriteLine($"{summary.Model}: {TextTable.Count(summary.Parameters)} parameters, {TextTable.Count(summary.Bytes)} bytes after {summary.Steps} steps; IoU on held-out scenes:");
        foreach (SceneScore score in summary.HeldOut)
        {
            writer.WriteLine(FormattableString.Invariant($"  {score.Prompt,-32} {score.Iou:0.000}  (whole {Shown(score.WholeIou)}, part {Shown(score.PartIou)}, sub-part {Shown(score.SubPartIou)}; {score.Objects} objects)"));
        }
    }

    private static string Shown(double? iou) => iou is { } value ? FormattableString.Invariant($"{value:0.000}") : "-";

    /// <summary>What was done; the names of its properties are the keys of <c>--json</c> and of scores.json.</summary>
    private sealed record Summary(string Model, long Bytes, long Parameters, int Steps, IReadOnlyList<SceneScore> HeldOut);
}
