using System.CommandLine;
using SamTune.Cli.Fewshot;
using SamTune.Cli.Hosting;
using SamTune.Cli.Output;
using SamTune.Cli.Running;
using SamTune.Data.Checking;
using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune fewshot DATA --base CKPT --out DIR</c>: how much do few pictures bring?</summary>
internal sealed class FewshotCommand : TeachingCommand
{
    private readonly DatasetOpening data = new();
    private readonly Option<string?> task = new("--task") { Description = "DATA holds a tasks.json: the task whose train, val and test slices are used." };
    private readonly Option<string?> source = BaseName.Flag();
    private readonly Option<string?> output = new("--out") { Description = "Folder for the table, the curve and every training; run again, it continues there." };
    private readonly Option<string?> shots = new("--shots") { Description = "Numbers of training pictures (10,50,100)." };
    private readonly Option<int?> seeds = new("--seeds") { Description = "Repetitions, each with its own pictures (3)." };
    private readonly Option<int?> seed = new("--seed") { Description = "The first repetition's seed, and the split's (1)." };
    private readonly Option<int?> steps = new("--max-steps") { Description = "Steps of a training at most; as many as 100 epochs have by default." };
    private readonly Option<double?> rate = new("--lr") { Description = "Learning rate; LoRA's own by default." };
    private readonly Option<string?> validation = new("--val") { Description = "Validation data, laid out as DATA; DATA's own part 'val' by default." };
    private readonly Option<string?> test = new("--test") { Description = "Test data, laid out as DATA; DATA's own part 'test' by default." };
    private readonly Option<double?> validationShare = new("--val-share") { Description = "Without --val: share of DATA held out by group to decide when to stop (0.15)." };
    private readonly Option<double?> testShare = new("--test-share") { Description = "Without --test: share of DATA held out by group to measure on (0.25)." };
    private readonly Option<int?> inputSize = new("--input-size") { Description = "Side of the square input, a multiple of the patch; the checkpoint's by default." };
    private readonly Option<string?> config = new("--config") { Description = "YAML file of settings by flag name in camelCase; flags stand on top." };
    private readonly Option<string?> device = DeviceFlag.Create();
    private readonly Option<bool> json = new("--json") { Description = "Print the report as one JSON object on the output and nothing else." };

    /// <summary>Creates the command.</summary>
    public FewshotCommand()
        : base(
            "fewshot",
            "Trains the few-shot recipe (LoRA of rank 4, augmentation with MixUp, early stopping) on 10, 50, 100 pictures, over seeds, and measures each on held-out pictures beside the base.")
    {
        data.AddTo(this);
        foreach (Option flag in new Option[] { task, source, output, shots, seeds, seed, steps, rate, validation, test, validationShare, testShare, inputSize, device, config, json })
        {
            Add(flag);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune fewshot cells/ --base sam_vit_b.pth --out runs/fewshot", "10, 50 and 100 pictures, three times each"),
        new("samtune fewshot data/mri --task colin27_brain_axial --shots 5,10,20 --seeds 5 --out runs/mri", "A task of a tasks.json with its own split"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var settings = new CommandSettings(result, config);
        string folder = settings.Text(output) ?? throw new InputException("--out: is missing; name the folder that the experiment is written to.");
        string path = settings.Text(source) ?? BaseName.Default;
        FewshotPlan plan = ReadPlan(settings);
        (DatasetSplit split, PreprocessingSpec spec) = Open(result, settings, plan.Seeds[0]);
        FewshotData pictures = FewshotData.Of(split, cancellationToken);
        using BaseModel model = BaseModel.Load(path, artifact: null, settings.Whole(inputSize), DeviceFlag.Read(settings.Text(device)));
        OutputFolder.Create(folder);
        TextWriter error = result.InvocationConfiguration.Error;
        if (pictures.Warning != null)
        {
            error.WriteLine($"warning: {pictures.Warning}");
        }

        FewshotReport report = new FewshotRun(plan, model, pictures, spec, folder, error).Run(cancellationToken);
        FewshotFiles.Write(folder, report);
        TextWriter writer = result.InvocationConfiguration.Output;
        if (result.GetValue(json))
        {
            JsonOutput.Write(writer, report);
        }
        else
        {
            writer.Write(FewshotFiles.Markdown(report));
            writer.WriteLine($"\n{Path.Combine(folder, "fewshot.md")} has this table, curve.png the curve, fewshot.csv every training.");
        }

        return Task.FromResult(ExitCode.Success);
    }

    private FewshotPlan ReadPlan(CommandSettings settings)
    {
        int[] counts = settings.List(shots) is { } list ? [.. list.Select(s => Words.Whole(s, shots.Name)).Distinct().Order()] : [10, 50, 100];
        if (counts.Length == 0 || counts[0] < 1)
        {
            throw new InputException($"{shots.Name}: '{settings.Text(shots)}' cannot be used; write numbers of pictures from 1 on, such as 10,50,100.");
        }

        int repetitions = settings.Whole(seeds) ?? 3, first = settings.Whole(seed) ?? 1;
        if (repetitions is < 1 or > 1000)
        {
            throw new InputException($"{seeds.Name}: is {repetitions}; 1 to 1000 repetitions are possible.");
        }

        var plan = new FewshotPlan(counts, [.. Enumerable.Range(0, repetitions).Select(i => (long)first + i)], settings.Whole(steps), settings.Real(rate));
        plan.Options(first).Validate();
        return plan;
    }

    private (DatasetSplit Split, PreprocessingSpec Spec) Open(ParseResult result, CommandSettings settings, long splitSeed)
    {
        double validationPart = settings.Real(validationShare) ?? 0.15, testPart = settings.Real(testShare) ?? 0.25;
        FoundDataset found = data.Find(result, settings, settings.Text(task));
        IPreprocessedDataset whole = DatasetOpening.Sized(found.Choose("train").Dataset);
        bool hasParts = found.Find("train") != null;
        PreprocessingSpec spec = whole.Preprocessing;
        ISegmentationDataset? held = settings.Text(validation) is { } folder ? data.OpenPart(folder, "val", settings, spec) : hasParts ? found.Find("val")?.Dataset : null;
        ISegmentationDataset? tested = settings.Text(test) is { } other ? data.OpenPart(other, "test", settings, spec) : hasParts ? found.Find("test")?.Dataset : null;
        DatasetSplit parts = Parts(whole, held, tested, validationPart, testPart, splitSeed);
        return (parts with { Warning = parts.Warning ?? (tested == null ? null : SharedWithTest(parts)) }, spec);
    }

    // Parts that are given may be of one subject, as slices of one volume are.
    private static string? SharedWithTest(DatasetSplit parts)
    {
        IReadOnlyList<string> shared = Splits.SharedGroups(parts.Train, parts.Test);
        return shared.Count == 0
            ? null
            : $"{parts.Test.Name}: is of what is trained on too ({string.Join(", ", shared)}); scores say how well it works on this, not on others.";
    }

    // What is not given as data of its own is held out of what is trained on.
    private static DatasetSplit Parts(
        ISegmentationDataset whole, ISegmentationDataset? validation, ISegmentationDataset? test, double validationShare, double testShare, long seed)
    {
        DatasetSplit split = validation != null && test != null
            ? new DatasetSplit(whole, validation, test, Warning: null)
            : Splits.HoldOut(whole, new SplitOptions { Validation = validation == null ? validationShare : 0, Test = test == null ? testShare : 0, Seed = seed });
        return split with { Validation = validation ?? split.Validation, Test = test ?? split.Test };
    }
}
