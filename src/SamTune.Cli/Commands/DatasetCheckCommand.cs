using System.CommandLine;
using System.Globalization;
using SamTune.Adaptation;
using SamTune.Checkpoints.Layouts;
using SamTune.Cli.Advice;
using SamTune.Cli.Datasets;
using SamTune.Cli.Hosting;
using SamTune.Cli.Output;
using SamTune.Cli.Running;
using SamTune.Data.Checking;
using SamTune.Imaging;
using SamTune.Training;
using SamTune.Training.Caching;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune dataset check DIR</c>: everything that would spoil a training, before it.</summary>
internal sealed class DatasetCheckCommand : TeachingCommand
{
    private readonly DatasetOpening data = new();
    private readonly Option<string?> task = new("--task") { Description = "The one task of a tasks.json to check; all by default." };
    private readonly TrainMethodFlags method = new();
    private readonly Option<string?> source = new("--base") { Description = "The SAM checkpoint that the forecast is for; ViT-B by default." };
    private readonly Option<int?> inputSize = new("--input-size") { Description = "Side of the square input that the forecast is for; the checkpoint's by default." };
    private readonly TrainOptionFlags training = new();
    private readonly TrainMemoryFlags memory = new();
    private readonly Option<string?> config = new("--config") { Description = "YAML file of settings by flag name in camelCase; flags stand on top." };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object on the output and nothing else." };

    /// <summary>Creates the command.</summary>
    public DatasetCheckCommand()
        : base("check", "Reads a whole data set and reports pairing, sizes, masks, values, classes, duplicates and leakage across splits, and forecasts memory and time of a training; the flags of train say which. Ends with 2 when there are errors.")
    {
        data.AddTo(this);
        Add(task);
        method.AddTo(this);
        foreach (Option flag in new Option[] { source, inputSize, config, json })
        {
            Add(flag);
        }

        training.AddTo(this);
        memory.AddTo(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune dataset check cells/", "Is anything wrong with this data?"),
        new("samtune dataset check coco/annotations/instances_val2017.json --json", "A COCO file, for a script"),
        new("samtune dataset check cells/ --base vit_b --method lora --batch 8 --memory-limit 4GB", "With a forecast of what train does with the same flags"),
        new("samtune dataset check data/mri --task colin27_brain_axial --base sam_vit_b.pth --method full --json", "One task, with a forecast of full fine-tuning, for a script"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var settings = new CommandSettings(result, config);
        MethodConfig chosen = method.Read(settings);
        SamArchitecture sizes = BaseSizes.Of(settings.Text(source));
        FoundDataset found = Find(result, settings);
        DatasetReport report = DatasetCheck.Run(found, new ReadingProgress(result.InvocationConfiguration.Error, TimeProvider.System), cancellationToken);
        ForecastReport forecast = Forecast(settings, report, chosen, sizes);
        TextWriter output = result.InvocationConfiguration.Output;
        if (result.GetValue(json))
        {
            JsonOutput.Write(output, new Summary(
                report.Root, report.Layout, report.Errors, report.Warnings, report.Problems, report.Parts, report.Files, forecast));
        }
        else
        {
            Write(output, report, forecast);
        }

        return Task.FromResult(report.Errors > 0 ? ExitCode.BadInput : ExitCode.Success);
    }

    // A script that asks for JSON gets it for every place: that it is no data set is a finding as well.
    private FoundDataset Find(ParseResult result, CommandSettings settings)
    {
        try
        {
            return data.Find(result, settings, settings.Text(task));
        }
        catch (InputException exception) when (result.GetValue(json))
        {
            return new FoundDataset(data.Named(result, settings) ?? "", "not a data set that could be opened", [], [new DatasetProblem(ProblemSeverity.Error, "not-opened", exception.Message)]);
        }
    }

    private ForecastReport Forecast(CommandSettings settings, DatasetReport report, MethodConfig chosen, SamArchitecture sizes)
    {
        TrainingOptions options = memory.Apply(settings, training.Read(settings));
        CacheOptions cache = memory.Cache(settings);
        int side = settings.Whole(inputSize) ?? sizes.ImageSize;
        (sizes with { ImageSize = side }).Validate(inputSize.Name);
        // Of several tasks the largest: it takes longest.
        int train = Most(report.Parts.Where(p => p.Split is "train" or "all"), p => p.Pictures), held = Most(report.Parts.Where(p => p.Split == "val"), p => p.Pictures);
        long largest = report.Parts.Select(p => p.LargestPicture).DefaultIfEmpty(0).Max();
        int objects = Most(report.Parts, p => p.MostObjects);
        var sources = new SourceSizes(largest > 0 ? largest : null, report.Files.LargestVolume, objects > 0 ? objects : null);
        if (memory.Limit(settings) is { } limit)
        {
            (options, cache, _) = MemoryPlan.For(sizes, chosen, side, options, cache, limit, sources);
        }

        // Pictures that are varied anew every time are not kept.
        int kept = (options is { Augmentation: null } or { Views: not null } ? train : 0) + held;
        TrainingForecast forecast = TrainingForecast.Of(
            sizes, chosen, side, train > 0 ? Math.Min(options.BatchSize, train) : options.BatchSize, Environment.ProcessorCount, sources, options, kept, cache,
            operationsPerSecond: MachineSpeed.OperationsPerSecond(TimeProvider.System));
        return new ForecastReport(
            chosen.Method, sizes.VariantName, side, options.BatchSize, options.AccumulationSteps, options.Checkpointing, options.Epochs, train, Environment.ProcessorCount, forecast.Parameters, forecast.TrainedParameters,
            forecast.MemoryBytes, forecast.SecondsPerStep * options.AccumulationSteps, forecast.TotalSeconds(train, held, options));
    }

    private static int Most(IEnumerable<PartReport> parts, Func<PartReport, int> count) => parts.Select(count).DefaultIfEmpty(0).Max();

    private static void Write(TextWriter output, DatasetReport report, ForecastReport forecast)
    {
        output.WriteLine($"{report.Root}: {report.Layout}; {report.Files.Images} image file(s), {report.Files.Masks} mask file(s)");
        if (report.Parts.Count > 0)
        {
            TextTable.WriteColumns(
                output, ["task", "part", "pictures", "groups", "objects", "empty", "one-pixel", "median area", "sizes", "classes"],
                report.Parts.Select(p => new[]
                {
                    p.Task, p.Split, Text(p.Pictures), Text(p.Groups), Text(p.Objects), Text(p.EmptyMasks), Text(p.OnePixelMasks), p.MedianArea is { } area ? Text(area) : "-",
                    Counts(p.Sizes), Counts(p.Classes),
                }));
        }

        if (report.Files.Volumes.Count > 0)
        {
            TextTable.WriteColumns(
                output, ["volume", "voxels", "mm", "axes", "times", "series"],
                report.Files.Volumes.Select(v => new[]
                {
                    v.Path, v.Size, string.Join(" x ", v.SpacingMm.Select(s => s.ToString("0.##", CultureInfo.InvariantCulture))), v.Axes, Text(v.TimePoints),
                    string.Join(", ", new[] { v.Series is { } number ? Text(number) : null, v.Description, v.Modality }.OfType<string>().DefaultIfEmpty("-")),
                }));
        }

        TextTable.WritePairs(output,
        [
            ("samples", $"{Counts(report.Files.Kinds)}; values {report.Files.Lowest?.ToString(CultureInfo.InvariantCulture) ?? "-"} to {report.Files.Highest?.ToString(CultureInfo.InvariantCulture) ?? "-"}"),
            ("mask values", string.Join(", ", report.Files.MaskValues)),
            ("forecast", FormattableString.Invariant(
                $"{forecast.Method} on {forecast.Base} at {forecast.InputSide}, batch {forecast.Batch}{(forecast.AccumulationSteps > 1 ? $", {forecast.AccumulationSteps} passes a step" : "")}{(forecast.Checkpointing ? ", checkpointing" : "")}: about {MethodAdvice.Gigabytes(forecast.MemoryBytes)}, {forecast.SecondsPerStep:0.0} s a step, {Duration(forecast.TotalSeconds)} for {forecast.Epochs} epochs of {forecast.Pictures} pictures on {forecast.Cores} cores")),
        ]);
        foreach (DatasetProblem problem in report.Problems)
        {
            output.WriteLine($"{(problem.Severity == ProblemSeverity.Error ? "error" : "warning")}: {problem.Message} [{problem.Code}]");
        }

        output.WriteLine($"{report.Errors} error(s), {report.Warnings} warning(s).");
    }

    private static string Counts(IReadOnlyDictionary<string, int> counts)
        => string.Join(", ", counts.Take(4).Select(c => $"{c.Value} x {c.Key}")) + (counts.Count > 4 ? $", {counts.Count - 4} more" : "");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Duration(double seconds) => seconds switch
    {
        < 120 => FormattableString.Invariant($"{seconds:0} s"),
        < 7200 => FormattableString.Invariant($"{seconds / 60:0} min"),
        _ => FormattableString.Invariant($"{seconds / 3600:0.0} h"),
    };

    /// <summary>What was found; the names of its properties are the keys of <c>--json</c>.</summary>
    private sealed record Summary(
        string Root, string Layout, int Errors, int Warnings, IReadOnlyList<DatasetProblem> Problems, IReadOnlyList<PartReport> Parts, FilesReport Files, ForecastReport Forecast);

    private sealed record ForecastReport(
        string Method, string Base, int InputSide, int Batch, int AccumulationSteps, bool Checkpointing, int Epochs, int Pictures, int Cores, long Parameters, long TrainedParameters, long MemoryBytes, double SecondsPerStep, double TotalSeconds);
}
