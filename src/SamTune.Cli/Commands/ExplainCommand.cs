using System.CommandLine;
using SamTune.Cli.Hosting;
using SamTune.Cli.Output;
using SamTune.Cli.Running;
using SamTune.Data.Datasets;
using SamTune.Evaluation.Relevance;
using SamTune.Imaging;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune explain DATA --base CKPT --artifact A --out DIR</c>: what methods changed about what the model finds relevant.</summary>
internal sealed class ExplainCommand : TeachingCommand
{
    private const int UsualSamples = 8;
    private readonly DatasetOpening data = new();
    private readonly Option<string?> source = BaseName.Flag();
    private readonly Option<string[]> artifacts = new("--artifact")
    {
        Required = true,
        Description = "What training wrote; given several times, methods are explained beside each other on the same pictures.",
    };

    private readonly Option<int?> samples = new("--samples") { Description = $"Pictures to look at, spread evenly over those with objects ({UsualSamples})." };
    private readonly Option<string> output = new("--out") { Required = true, Description = "Folder for explain.json, explain.md and a folder of pictures for each artifact." };
    private readonly Option<string?> config = new("--config") { Description = "YAML file of settings by flag name in camelCase; flags stand on top." };
    private readonly Option<string?> device = DeviceFlag.Create();
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object on the output and nothing else." };

    /// <summary>Creates the command.</summary>
    public ExplainCommand()
        : base("explain", "Shows what a method changed about what the model finds relevant: embedding shift, layer updates, attention inside and outside the object.")
    {
        data.AddTo(this);
        foreach (Option flag in new Option[] { source, artifacts, samples, output, device, config, json })
        {
            Add(flag);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune explain cells_test/ --base sam_vit_b.pth --artifact runs/cells/adapter.safetensors --out relevance", "What did training change?"),
        new("samtune explain --images a/ --masks b/ --base sam_vit_b.pth --artifact lora.safetensors --artifact full.safetensors --samples 4 --out relevance", "Two methods beside each other"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var settings = new CommandSettings(result, config);
        string[] paths = result.GetRequiredValue(artifacts);
        string basePath = settings.Text(source) ?? BaseName.Default, folder = result.GetRequiredValue(output);
        int count = settings.Whole(samples) ?? UsualSamples;
        if (count < 1)
        {
            throw new InputException($"{samples.Name}: {count} pictures are asked for; ask for at least 1.");
        }

        // Full fine-tuning overwrites the weights: this model stays the base, and each artifact gets one loaded afresh.
        using BaseModel first = BaseModel.Load(basePath, paths[0], inputSide: null, DeviceFlag.Read(settings.Text(device)));
        ISegmentationDataset dataset = DatasetOpening.Sized(data.Find(result, settings, task: null, first.Preprocessing).Choose("test").Dataset);
        RelevanceBaseline before = RelevanceBaseline.Capture(first.Model, RelevanceSamples.Choose(dataset, count, cancellationToken), cancellationToken);
        List<RelevanceReport> reports = [];
        foreach (string path in paths)
        {
            using BaseModel adapted = BaseModel.Load(basePath, path, inputSide: null, first.Model.Device);
            RequireAlike(first, adapted, paths[0], path);
            adapted.Apply();
            reports.Add(before.Compare(adapted.Model, adapted.Method!, NameFor(adapted.Method!.Config.Method, reports), cancellationToken));
        }

        OutputFolder.Create(folder);
        RelevanceFiles.WriteJson(Path.Combine(folder, "explain.json"), reports);
        RelevanceFiles.WriteMarkdown(Path.Combine(folder, "explain.md"), $"{first.Name}: what methods changed on {dataset.Name}", reports);
        foreach (RelevanceReport report in reports)
        {
            string pictures = Path.Combine(folder, report.Name);
            OutputFolder.Create(pictures);
            RelevancePictures.Write(pictures, report, before.Samples);
        }

        Print(result, new Summary(
            first.Name, dataset.Name, folder, before.Samples.Count,
            [.. reports.Select((r, i) => new Explained(
                r.Name, paths[i], r.EmbeddingShift.Inside.Mean, r.EmbeddingShift.Outside?.Mean,
                r.EncoderAttention.Inside.Change.Mean, r.DecoderAttention.Inside.Change.Mean, RelevanceReading.Paragraph(r)))]));
        return Task.FromResult(ExitCode.Success);
    }

    /// <summary>The base is looked at once, as the first artifact sees pictures; the others must see them alike.</summary>
    private static void RequireAlike(BaseModel first, BaseModel other, string firstPath, string path)
    {
        if (first.Model.InputSide != other.Model.InputSide || first.Preprocessing != other.Preprocessing)
        {
            throw new InputException($"{path}: trained with another input size or intensity mapping than {firstPath}; explain them in separate calls.");
        }
    }

    /// <summary>The method's name, with a number from the second of its kind on: lora, lora-2.</summary>
    private static string NameFor(string method, List<RelevanceReport> reports)
    {
        int earlier = reports.Count(r => r.Method == method);
        return earlier == 0 ? method : $"{method}-{earlier + 1}";
    }

    private void Print(ParseResult result, Summary summary)
    {
        TextWriter writer = result.InvocationConfiguration.Output;
        if (result.GetValue(json))
        {
            JsonOutput.Write(writer, summary);
            return;
        }

        writer.WriteLine($"{summary.Base} on {summary.Dataset}, {summary.Pictures} pictures; explain.md in {summary.Out} has every layer, and a folder a method the pictures.");
        writer.WriteLine("Shift (1 - cosine) inside / outside the object; change of attention to it in points, encoder / decoder:");
        TextTable.WritePairs(writer, summary.Methods.Select(m => (
            m.Name, $"{m.ShiftInside:0.0000} / {m.ShiftOutside:0.0000};  {100 * m.EncoderAttention:+0.00;-0.00;0} / {100 * m.DecoderAttention:+0.00;-0.00;0}")));
        foreach (Explained method in summary.Methods)
        {
            writer.WriteLine();
            writer.WriteLine($"{method.Name} ({method.Artifact}): {method.Reading}");
        }
    }

    /// <summary>What was measured; the names of its properties are the keys of <c>--json</c>.</summary>
    private sealed record Summary(string Base, string Dataset, string Out, int Pictures, IReadOnlyList<Explained> Methods);

    private sealed record Explained(
        string Name, string Artifact, double ShiftInside, double? ShiftOutside, double EncoderAttention, double DecoderAttention, string Reading);
}
