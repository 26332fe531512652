using System.CommandLine;
using System.Globalization;
using SamTune.Cli.Hosting;
using SamTune.Cli.Output;
using SamTune.Cli.Running;
using SamTune.Data.Checking;
using SamTune.Data.Datasets;
using SamTune.Data.Prompts;
using SamTune.Evaluation;
using SamTune.Evaluation.Comparison;
using SamTune.Evaluation.Reports;
using SamTune.Evaluation.Statistics;
using SamTune.Inference;
using SamTune.Modeling;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune evaluate DATA --base CKPT --out DIR</c>: measures a base, or an adapter beside its base.</summary>
internal sealed class EvaluateCommand : TeachingCommand
{
    private readonly DatasetOpening data = new();
    private readonly Option<string?> task = new("--task") { Description = "DATA holds a tasks.json: the task whose test part is measured." };
    private readonly Option<string?> source = BaseName.Flag();
    private readonly Option<string?> adapter = new("--adapter") { Description = "What training wrote; the base without it is measured beside it." };
    private readonly Option<string> output = new("--out") { Required = true, Description = "Folder for report.json, report.md and scores.csv." };
    private readonly Option<string?> prompts = new("--prompts") { Description = "Of none, box, point, box-and-points (box,point)." };
    private readonly Option<int?> clicks = new("--clicks") { Description = "Clicks of a user who corrects (3); 0 leaves them out." };
    private readonly Option<string?> looseness = new("--box-looseness") { Description = "Shares by which boxes are widened, such as 0,0.1,0.2." };
    private readonly Option<double?> tolerance = new("--tolerance") { Description = "Distance within which surfaces agree, in mm, or pixels without a scale (2)." };
    private readonly Option<int?> inputSize = new("--input-size") { Description = "Side of the square input; the adapter's or the checkpoint's by default." };
    private readonly Option<string?> config = new("--config") { Description = "YAML file of settings by flag name in camelCase; flags stand on top." };
    private readonly Option<string?> device = DeviceFlag.Create();
    private readonly Option<string?> precision = PrecisionFlag.Create("The image encoder's products");
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object on the output and nothing else." };

    /// <summary>Creates the command.</summary>
    public EvaluateCommand()
        : base("evaluate", "Measures Dice, IoU, surface Dice and HD95 with bootstrap intervals, by prompt kind, clicks and box looseness.")
    {
        data.AddTo(this);
        foreach (Option flag in new Option[] { task, source, adapter, output, prompts, clicks, looseness, tolerance, inputSize, device, precision, config, json })
        {
            Add(flag);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune evaluate cells_test/ --adapter runs/cells/adapter.safetensors --out report", "An adapter beside its base"),
        new("samtune evaluate cells_test/ --base vit_b --prompts box --box-looseness 0,0.1,0.2 --out report", "How exact must boxes be?"),
        new("samtune evaluate data/mri --task itk_t1_brain_coronal --out report", "The test slices of a task, from the small SAM that comes with the tool"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var settings = new CommandSettings(result, config);
        EvaluationOptions options = ReadOptions(settings);
        string folder = result.GetRequiredValue(output);
        using BaseModel model = BaseModel.Load(settings.Text(source) ?? BaseName.Default, settings.Text(adapter), settings.Whole(inputSize), DeviceFlag.Read(settings.Text(device)));
        FoundDataset found = data.Find(result, settings, settings.Text(task), model.Preprocessing);
        IPreprocessedDataset dataset = DatasetOpening.Sized(found.Choose("test").Dataset);
        if (dataset.ResolutionMessage is { } message)
        {
            result.InvocationConfiguration.Error.WriteLine($"warning: {message}");
        }

        ISegmentationDataset? train = found.Find("train")?.Dataset;
        DatasetOpening.CheckPixels(dataset, cancellationToken);
        bool isHalf = PrecisionFlag.IsBFloat16(settings.Text(precision), model.Model.Device.type);
        EvaluationResult scores = Measure(model.Model, NoAdaptation.Instance, isHalf, dataset, options, cancellationToken);
        EvaluationResult? zeroShot = null;
        if (model.Manifest != null)
        {
            zeroShot = scores;
            model.Apply();
            scores = Measure(model.Model, model.Adaptation, isHalf, dataset, options, cancellationToken);
        }

        List<BaselineScore> baselines = [.. TrivialMethods.Measure(dataset, train).Select(t => new BaselineScore(t.Key, BootstrapInterval.OfMean(t.Value)))];
        TrivialDice[] trivial = [.. baselines.Select(b => new TrivialDice(b.Name, b.Dice.Mean))];
        if (zeroShot is { Scores.Count: > 0 })
        {
            baselines.AddRange(EvaluationSummary.Of(zeroShot.Scores).ByPromptKind
                .Where(s => s.Dice.Interval != null)
                .Select(s => new BaselineScore($"{model.Name} without the adapter, {s.PromptKind}", s.Dice.Interval!)));
        }

        string name = model.Manifest != null ? $"{Path.GetFileName(settings.Text(adapter))} on {model.Name}" : model.Name;
        EvaluationReport report = scores.ToReport($"{name}: {dataset.Name}", options, baselines);
        OutputFolder.Create(folder);
        ReportJson.Write(Path.Combine(folder, "report.json"), report);
        MarkdownReport.Write(Path.Combine(folder, "report.md"), report);
        ScoreCsv.Write(Path.Combine(folder, "scores.csv"), [.. scores.Scores, .. scores.Loose]);
        string[] kinds = [.. scores.Scores.Select(s => s.PromptKind).Distinct()];
        Report(result, new Summary(
            name, dataset.Name, folder, dataset.Samples.Count, [.. kinds.Select(k => new KindDice(k, scores.MeanDice(k), zeroShot?.MeanDice(k)))], trivial));
        return Task.FromResult(ExitCode.Success);
    }

    private static EvaluationResult Measure(Sam model, IModelAdaptation adaptation, bool isHalf, ISegmentationDataset dataset, EvaluationOptions options, CancellationToken cancel)
    {
        using var predictor = new SamPredictor(model, adaptation) { BFloat16 = isHalf };
        return new Evaluator(predictor, options).Run(dataset, progress: null, cancel);
    }

    private EvaluationOptions ReadOptions(CommandSettings settings)
    {
        var usual = new EvaluationOptions();
        EvaluationOptions options = usual with
        {
            Prompts = settings.List(prompts) is { } kinds ? [.. kinds.Select(k => Words.OneOf<PromptKind>(k, prompts.Name))] : usual.Prompts,
            Clicks = settings.Whole(clicks) ?? usual.Clicks,
            BoxLooseness = settings.List(looseness) is { } shares ? [.. shares.Select(s => Words.Number(s, looseness.Name))] : usual.BoxLooseness,
            SurfaceTolerance = settings.Real(tolerance) ?? usual.SurfaceTolerance,
        };
        options.Validate();
        return options;
    }

    private void Report(ParseResult result, Summary summary)
    {
        TextWriter writer = result.InvocationConfiguration.Output;
        if (result.GetValue(json))
        {
            JsonOutput.Write(writer, summary);
            return;
        }

        writer.WriteLine($"{summary.Model}: mean Dice on {summary.Dataset}, {summary.Pictures} pictures; report.md in {summary.Out} has the rest.");
        TextTable.WritePairs(writer, summary.Dice
            .Select(d => (d.Prompt, Shown(d.Dice) + (d.Base is { } zero ? $"  (base alone {Shown(zero)})" : "")))
            .Concat(summary.Trivial.Select(t => (t.Method, Shown(t.Dice)))));
    }

    private static string Shown(double dice) => dice.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>What was measured; the names of its properties are the keys of <c>--json</c>.</summary>
    private sealed record Summary(string Model, string Dataset, string Out, int Pictures, IReadOnlyList<KindDice> Dice, IReadOnlyList<TrivialDice> Trivial);

    private sealed record KindDice(string Prompt, double Dice, double? Base);

    /// <summary>What a method that learns nothing scores on the same objects.</summary>
    private sealed record TrivialDice(string Method, double Dice);
}
