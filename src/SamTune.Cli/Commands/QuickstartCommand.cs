using System.CommandLine;
using System.Text.Json;
using SamTune.Cli.Hosting;
using SamTune.Cli.Quickstart;
using SamTune.Cli.Running;
using SamTune.Training.State;
using Spectre.Console;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune quickstart</c>: the whole job on real MRI that comes with the tool, in a few minutes.</summary>
internal sealed class QuickstartCommand : TeachingCommand
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly Option<string?> output = new("--out") { Description = "Folder for report.json, checkpoints, artifacts and logs; a temporary one when left out." };
    private readonly Option<long> seed = new("--seed") { Description = "Where every random number comes from.", DefaultValueFactory = _ => 1 };
    private readonly Option<int> baseSteps = new("--base-steps") { Description = "Steps of training the base from nothing.", DefaultValueFactory = _ => 300 };
    private readonly Option<int> steps = new("--steps") { Description = "Steps of each method.", DefaultValueFactory = _ => 120 };
    private readonly Option<bool> json = new("--json") { Description = "Print the report as JSON and nothing else." };

    /// <summary>Creates the command.</summary>
    public QuickstartCommand()
        : base("quickstart", "Trains a small SAM on one real MRI task, fine-tunes it to another by each method, and prints Dice before and after on held-out slices.")
    {
        Add(output);
        Add(seed);
        Add(baseSteps);
        Add(steps);
        Add(json);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune quickstart", "Everything with default settings"),
        new("samtune quickstart --out quickstart", "Keep the report, the base and the four artifacts"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        TextWriter writer = result.InvocationConfiguration.Output;
        bool quiet = result.GetValue(json);
        string? folder = result.GetValue(output);
        string work = folder ?? Directory.CreateTempSubdirectory("samtune-quickstart-").FullName;
        try
        {
            if (folder != null)
            {
                OutputFolder.Create(folder);
            }

            var plan = new QuickstartPlan(result.GetValue(seed), result.GetValue(baseSteps), result.GetValue(steps));
            string data = Path.Combine(AppContext.BaseDirectory, "data", "mri");
            Action<string> say = quiet ? _ => { } : writer.WriteLine;
            var run = new QuickstartRun(plan, data, work, TimeProvider.System, say);
            QuickstartReport report = run.Run((name, p) => Tell(say, name, p), cancellationToken);
            string text = JsonSerializer.Serialize(report, s_json);
            if (folder != null)
            {
                Checkpoints.AtomicFile.WriteText(Path.Combine(folder, "report.json"), text);
            }

            if (quiet)
            {
                writer.WriteLine(text);
            }
            else
            {
                Print(writer, report);
            }

            return Task.FromResult(ExitCode.Success);
        }
        finally
        {
            if (folder == null)
            {
                Directory.Delete(work, recursive: true);
            }
        }
    }

    private static void Tell(Action<string> say, string name, TrainingProgress p)
    {
        if (p.Step % 20 == 0 || p.Step == p.TotalSteps)
        {
            say($"  {name} step {p.Step}/{p.TotalSteps}  loss {p.Loss:f3}  Dice {p.Dice:f3}  {p.ImagesPerSecond:f1} images/s  {p.Remaining:mm\\:ss} left");
        }
    }

    private static void Print(TextWriter writer, QuickstartReport report)
    {
        var table = new Table().Border(TableBorder.Markdown)
            .AddColumns("method", "trained parameters", "artifact bytes", "steps", "seconds", "peak MB", "Dice box before", "after", "Dice click before", "after");
        foreach (QuickstartRow row in report.Methods)
        {
            table.AddRow(
                row.Method, $"{row.TrainedParameters:n0}", $"{row.ArtifactBytes:n0}", $"{row.Steps}", $"{row.Seconds:f1}", $"{row.PeakMemoryBytes / 1e6:f0}",
                $"{row.BoxDiceBefore:f3}", $"{row.BoxDiceAfter:f3}", $"{row.PointDiceBefore:f3}", $"{row.PointDiceAfter:f3}");
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 160;
        writer.WriteLine();
        console.Write(table);
        writer.WriteLine($"{report.AdaptedTask}, {report.TestSlices} held-out slices of the same head, at least 5 mm from any training slice; agreement with a derived mask.");
        writer.WriteLine($"Trivial scores on the same slices: {string.Join(", ", report.Baselines.Select(b => $"{b.Name} {b.Dice.Mean:f3}"))}.");
    }
}
