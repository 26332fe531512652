using System.CommandLine;
using SamTune.Cli.Hosting;
using SamTune.Cli.Quickstart;
using SamTune.Cli.Running;
using SamTune.Evaluation.Comparison;
using TorchSharp;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune quickstart</c>: every method on real MRI that comes with the tool, measured side by side, with a report.</summary>
internal sealed class QuickstartCommand : TeachingCommand
{
    /// <summary>Steps of each method where nothing else is said.</summary>
    public const int Steps = 200;

    private const int QuickSteps = 6;

    private readonly Option<string> output = new("--out") { Description = "Folder for report.html, report.md, report.json, pictures, artifacts and logs.", DefaultValueFactory = _ => "quickstart" };
    private readonly Option<string?> source = BaseName.Flag();
    private readonly Option<long> seed = new("--seed") { Description = "Where every random number comes from.", DefaultValueFactory = _ => 1 };
    private readonly Option<int?> steps = new("--steps") { Description = $"Steps of each method; {Steps} when left out, {QuickSteps} with --quick." };
    private readonly Option<bool> quick = new("--quick") { Description = "Few slices and steps, to see that everything works; the figures mean nothing." };
    private readonly Option<string?> device = DeviceFlag.Create();
    private readonly Option<bool> json = new("--json") { Description = "Print report.json and nothing else." };

    /// <summary>Creates the command.</summary>
    public QuickstartCommand()
        : base("quickstart", "Fine-tunes a small SAM on real MRI by each method, measures them beside zero-shot on held-out slices and on other subjects, and writes a report.")
    {
        Add(output);
        Add(source);
        Add(seed);
        Add(steps);
        Add(quick);
        Add(device);
        Add(json);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune quickstart", "Everything; the report is quickstart/report.html"),
        new("samtune quickstart --base vit_b --out vit_b", "The same from another base"),
        new("samtune quickstart --quick --out try", "A minute's run to see that it works"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        TextWriter writer = result.InvocationConfiguration.Output;
        bool isQuiet = result.GetValue(json), isQuick = result.GetValue(quick);
        string folder = result.GetValue(output)!;
        torch.Device computer = DeviceFlag.Read(result.GetValue(device));
        var plan = new QuickstartPlan(result.GetValue(seed), result.GetValue(steps) ?? (isQuick ? QuickSteps : Steps), isQuick);
        var data = new QuickstartData(plan, Path.Combine(AppContext.BaseDirectory, "data", "mri"));
        string basePath = BaseName.Resolve(result.GetValue(source) ?? BaseName.Default);
        ComparisonReport report = new QuickstartRun(plan, data, basePath, computer, folder, TimeProvider.System, isQuiet ? _ => { } : writer.WriteLine).Run(cancellationToken);
        if (isQuiet)
        {
            writer.WriteLine(ComparisonJson.Render(report));
        }
        else
        {
            QuickstartTable.Print(writer, report);
            writer.WriteLine($"Report: {Path.Combine(folder, "report.html")}");
        }

        return Task.FromResult(ExitCode.Success);
    }
}
