using System.CommandLine;
using System.Text;
using SamTune.Artifacts;
using SamTune.Cli.DomainTable;
using SamTune.Cli.Hosting;
using SamTune.Cli.Output;
using SamTune.Cli.Pretraining;
using SamTune.Cli.Running;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using TorchSharp;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune domain-table PLAN --out DIR</c>: an adapter for each of several domains, and every adapter on the data of every domain.</summary>
internal sealed class DomainTableCommand : TeachingCommand
{
    private readonly Argument<string> planFile = new("PLAN") { Description = "YAML file of domains and their data, such as recipes/domain_table.yaml." };
    private readonly Option<string?> source = BaseName.Flag();
    private readonly Option<string?> data = new("--data") { Description = "Folder that the plan's paths start from; the plan's own by default." };
    private readonly Option<string> output = new("--out") { Required = true, Description = "Folder for table.md, table.json, domains.json and a training's folder a domain; run again, it continues there." };
    private readonly Option<int?> steps = new("--steps") { Description = "Steps of each training; the plan's by default." };
    private readonly Option<string?> device = DeviceFlag.Create();
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object on the output and nothing else." };

    /// <summary>Creates the command.</summary>
    public DomainTableCommand()
        : base("domain-table", "Trains an adapter for each domain of a plan from one base, serves all of them on one loaded base and prints a table of domain by adapter, with zero-shot, a trivial method and the router beside.")
    {
        Add(planFile);
        foreach (Option flag in new Option[] { source, data, output, steps, device, json })
        {
            Add(flag);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune domain-table recipes/domain_table.yaml --data pictures --out runs/domains", "MRI, satellite and microscopy on the small SAM that comes with the tool"),
        new("samtune domain-table plan.yaml --base sam_vit_b.pth --out runs/domains --json", "Your own domains on ViT-B"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        long started = TimeProvider.System.GetTimestamp();
        string planPath = result.GetRequiredValue(planFile), folder = result.GetRequiredValue(output), basePath = result.GetValue(source) ?? BaseName.Default;
        torch.Device computer = DeviceFlag.Read(result.GetValue(device));
        string root = result.GetValue(data) ?? Path.GetDirectoryName(Path.GetFullPath(planPath))!;
        DomainTablePlan plan = DomainTablePlan.Read(planPath);
        plan = result.GetValue(steps) is { } count ? plan with { Steps = Words.AtLeastOne(count, steps.Name) } : plan;
        TextWriter error = result.InvocationConfiguration.Error;
        var opening = new DomainDataOpening(new DatasetOpening(), new CommandSettings(result, config: null), root, plan.Seed);
        DomainData[] domains = [.. plan.Domains.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => opening.Open(d.Key, d.Value, RecipeOf(d.Value, root)))];
        foreach (DomainData domain in domains)
        {
            DatasetOpening.CheckPixels(domain.Prepared.Train, cancellationToken);
            DatasetOpening.CheckPixels(domain.Prepared.Validation, cancellationToken);
            DatasetOpening.CheckPixels(domain.Prepared.Test, cancellationToken);
        }

        (string file, IReadOnlyList<DomainSummary> summaries) = new DomainTableTraining(plan, domains, basePath, computer, folder, root, error).Run(cancellationToken);
        using DomainModels models = DomainModels.Load(basePath, file, inputSide: null, computer);
        var run = new DomainTableRun(models, domains, error);
        (IReadOnlyList<DomainTableRow> rows, IReadOnlyList<RoutingSummary> routing) = run.Run(
            plan.Scenes > 0 ? HeldOutScenes.Open(plan.Scenes, models.Model.InputSide) : null, cancellationToken);
        var report = new DomainTableReport
        {
            Base = models.Name,
            BaseSha256 = models.Fingerprint,
            InputSide = models.Model.InputSide,
            Steps = plan.Steps,
            Batch = plan.Batch,
            Domains = summaries,
            Rows = rows,
            Routing = routing,
            MixedBatchDifference = run.MixedBatchDifference(),
            BaseUnchanged = run.BaseIsUnchanged(),
            Seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds,
        };
        using var text = new StringWriter();
        JsonOutput.Write(text, report);
        string markdown = DomainTableText.Markdown(report);
        Write(Path.Combine(folder, "table.md"), markdown);
        Write(Path.Combine(folder, "table.json"), text.ToString());
        result.InvocationConfiguration.Output.Write(result.GetValue(json) ? text.ToString() : markdown);
        return Task.FromResult(ExitCode.Success);
    }

    private static PreprocessingSpec? RecipeOf(DomainPlan domain, string root)
    {
        if (domain.Adapter is not { } artifact)
        {
            return null;
        }

        string path = Path.Combine(root, artifact);
        return ArtifactFile.ReadManifest(path).Preprocessing is { } recipe ? PreprocessingSpec.FromJson(recipe.GetRawText(), path) : null;
    }

    private static void Write(string path, string text) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
