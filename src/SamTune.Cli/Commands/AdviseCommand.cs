using System.CommandLine;
using SamTune.Checkpoints.Layouts;
using SamTune.Cli.Advice;
using SamTune.Cli.Hosting;
using SamTune.Cli.Output;
using SamTune.Cli.Running;
using SamTune.Data.Checking;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune advise DATASET</c>: which method, rank, augmentation and stop rule, and why.</summary>
internal sealed class AdviseCommand : TeachingCommand
{
    private const string UsualBase = "vit_b";

    private readonly DatasetOpening data = new();
    private readonly Option<string?> task = new("--task") { Description = "The task of a tasks.json; needed where it has several." };
    private readonly Option<string?> source = new("--base") { Description = "The SAM checkpoint to start from; ViT-B by default." };
    private readonly Option<string?> memory = new("--memory") { Description = "Memory that may be used, such as 4GB; what this machine has by default." };
    private readonly Option<int?> inputSize = new("--input-size") { Description = "Side of the square input; the checkpoint's by default." };
    private readonly Option<string?> config = new("--config") { Description = "YAML file of settings by flag name in camelCase; flags stand on top." };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object on the output and nothing else." };

    /// <summary>Creates the command.</summary>
    public AdviseCommand()
        : base("advise", "Recommends method, rank, augmentation, epochs and stop rule for a data set, each with the counted figure it follows from, and prints the command to run, after the one that downloads the base where it is not there yet.")
    {
        data.AddTo(this);
        Add(task);
        foreach (Option flag in new Option[] { source, memory, inputSize, config, json })
        {
            Add(flag);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune advise cells/", "How should these pictures be learned, from ViT-B?"),
        new("samtune advise cells/ --base sam_tiny", "And from the small SAM that comes with the tool?"),
        new("samtune advise data/mri --task colin27_brain_axial --memory 4GB", "With 4 GB of memory"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var settings = new CommandSettings(result, config);
        SamArchitecture sizes = BaseSizes.Of(settings.Text(source));
        int side = settings.Whole(inputSize) ?? sizes.ImageSize;
        (sizes with { ImageSize = side }).Validate(inputSize.Name);
        FoundDataset found = data.Find(result, settings, settings.Text(task));
        string root = found.Root;
        DatasetPart part = found.Choose("train");
        int pictures = part.Split == "train" ? part.Dataset.Samples.Count : TrainCommand.HoldOut(part.Dataset, TrainCommand.UsualValidationShare, seed: 1).Train.Samples.Count;
        string? domain = DomainGuess.Of(part.Dataset, data.Asked(settings));
        long limit = settings.Text(memory) is { } text ? MemorySize.Parse(text, memory.Name) : MachineMemory.Bytes;
        MethodAdvice advice = MethodAdvice.For(new AdviceRequest(pictures, domain, sizes, side, limit, Environment.ProcessorCount));
        string command = Command(settings, found, part, advice, sizes);
        string? pull = settings.Text(source) == null && !BaseName.IsThere(UsualBase) ? $"samtune pull {UsualBase}" : null;
        TextWriter output = result.InvocationConfiguration.Output;
        if (result.GetValue(json))
        {
            JsonOutput.Write(output, new Summary(
                root, part.Task.Length > 0 ? part.Task : null, pictures, domain, advice.Config.Method, advice.Config.DefaultLearningRate, advice.Epochs, advice.Patience, advice.Augmentation, advice.Batch,
                advice.InputSide, advice.Forecast.TrainedParameters, advice.Forecast.MemoryBytes, advice.Forecast.SecondsPerStep, advice.Reasons, pull, command));
            return Task.FromResult(ExitCode.Success);
        }

        output.WriteLine($"{root}: {pictures} pictures to learn from{(domain == null ? "" : $", domain {domain}")}");
        TextTable.WriteColumns(output, ["advice", "because"], advice.Reasons.Select(r => new[] { r.Choice, r.Because }));
        if (pull != null)
        {
            output.WriteLine(pull);
        }

        output.WriteLine(command);
        return Task.FromResult(ExitCode.Success);
    }

    private string Command(CommandSettings settings, FoundDataset found, DatasetPart part, MethodAdvice advice, SamArchitecture sizes)
    {
        string place = data.Place(settings, found), recipe = string.Concat(data.Given(settings).Select(f => $" {f.Name} {Words.Quoted(f.Value)}"));
        string named = Words.Quoted(settings.Text(source) ?? UsualBase), taskFlag = part.Task.Length > 0 ? $" --task {part.Task}" : "";
        string run = part.Task.Length > 0 ? part.Task : Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(found.Root));
        return $"samtune train {place}{taskFlag} --base {named}{recipe} {advice.Flags(sizes.ImageSize)} --out {Words.Quoted($"runs/{run}")}";
    }

    /// <summary>What is advised; the names of its properties are the keys of <c>--json</c>.</summary>
    private sealed record Summary(
        string Dataset, string? Task, int Pictures, string? Domain, string Method, double LearningRate, int Epochs, int Patience, string Augmentation, int Batch, int InputSide, long TrainedParameters,
        long MemoryBytes, double SecondsPerStep, IReadOnlyList<AdviceReason> Reasons, string? Pull, string Command);
}
