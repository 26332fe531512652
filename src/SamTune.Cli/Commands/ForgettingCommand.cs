using System.CommandLine;
using System.Text;
using SamTune.Adaptation.Domains;
using SamTune.Cli.Forgetting;
using SamTune.Cli.Hosting;
using SamTune.Cli.Output;
using SamTune.Cli.Pretraining;
using SamTune.Cli.Running;
using SamTune.Data.Datasets;
using SamTune.Data.Prompts;
using SamTune.Evaluation;
using SamTune.Imaging;
using SamTune.Inference;
using SamTune.Modeling;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune forgetting --adapters FILE --data NAME=DIR</c>: every adapter on every domain's data.</summary>
internal sealed class ForgettingCommand : TeachingCommand
{
    private readonly DatasetOpening opening = new();
    private readonly Option<string?> source = BaseName.Flag();
    private readonly Option<string> adapters = new("--adapters") { Required = true, Description = "An adapter-set file of 'samtune domains', such as domains.json." };
    private readonly Option<string[]> data = new("--data") { Required = true, Description = "NAME=DATA: test data of a domain, laid out as for train; prepared by the domain's recipe. base=DATA: what the base itself was trained for, such as a part of COCO for Meta's checkpoints." };
    private readonly Option<string> output = new("--out") { Required = true, Description = "Folder for forgetting.md and forgetting.json." };
    private readonly Option<int?> scenes = new("--scenes")
    {
        Description = $"Held-out synthetic scenes measured on too ({HeldOutScenes.Usual} for sam_tiny, whose own kind of pictures they are; 0 for other bases, whose own are given as {AdapterSet.BaseName}=DATA).",
    };

    private readonly Option<string?> prompt = new("--prompt") { Description = "none, box (default), point or box-and-points." };
    private readonly Option<string?> config = new("--config") { Description = "YAML file of settings by flag name in camelCase; flags stand on top." };
    private readonly Option<string?> device = DeviceFlag.Create();
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object and nothing else." };

    /// <summary>Creates the command.</summary>
    public ForgettingCommand()
        : base("forgetting", "Measures each adapter of a set, and the base, on the data of all domains and on the base's own kind of pictures (of sam_tiny held-out scenes, of another base what --data base=DATA names): a table of data by adapter.")
    {
        foreach (Option flag in new Option[] { source, adapters, data, scenes, output, prompt, device, config, json })
        {
            Add(flag);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune forgetting --base sam_vit_b.pth --adapters domains.json --data mri=mri_test --data ct=ct_test --out report", "Does the MRI adapter harm CT?"),
        new("samtune forgetting --base vit_b --adapters domains.json --data mri=mri_test --data base=coco/annotations/instances_val2017.json --out report", "And what the base could do before?"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var settings = new CommandSettings(result, config);
        PromptKind kind = settings.Text(prompt) is { } word ? Words.OneOf<PromptKind>(word, prompt.Name) : PromptKind.Box;
        var options = new EvaluationOptions { Prompts = [kind], Clicks = 0 };
        options.Validate();
        string folder = result.GetRequiredValue(output);
        using DomainModels domains = DomainModels.Load(settings.Text(source) ?? BaseName.Default, result.GetRequiredValue(adapters), inputSide: null, DeviceFlag.Read(settings.Text(device)));
        List<(string Name, ISegmentationDataset Data)> opened = [.. result.GetRequiredValue(data).Select(text => Open(text, settings, domains))];
        if (opened.GroupBy(o => o.Name).FirstOrDefault(g => g.Count() > 1) is { } doubled)
        {
            throw new InputException($"{data.Name}: '{doubled.Key}' stands twice; give each data set a name of its own.");
        }

        int count = settings.Whole(scenes) ?? (HeldOutScenes.AreOwnOf(domains.Name) ? HeldOutScenes.Usual : 0);
        if (count < 0 || opened.Exists(o => o.Name == ForgettingReport.Scenes))
        {
            throw new InputException(count < 0 ? $"{scenes.Name}: is {count}; 0 or more are needed." : $"{data.Name}: '{ForgettingReport.Scenes}' is the name of the synthetic scenes; choose another.");
        }

        if (count > 0)
        {
            opened.Add((ForgettingReport.Scenes, HeldOutScenes.Open(count, domains.Model.InputSide)));
        }

        opened.ForEach(o => DatasetOpening.CheckPixels(o.Data, cancellationToken));
        List<ForgettingRow> rows = [];
        foreach ((string name, ISegmentationDataset set) in opened)
        {
            var dice = new Dictionary<string, double>(StringComparer.Ordinal);
            List<string> standIns = [];
            foreach (string adapter in (string[])[AdapterSet.BaseName, .. domains.Set.Domains])
            {
                result.InvocationConfiguration.Error.WriteLine($"{adapter} on {name}, {set.Samples.Count} pictures");
                IModelAdaptation adaptation = domains.Set.Adaptation(adapter);
                ISegmentationDataset seen = BandStandIns.For(set, adaptation);
                if (!ReferenceEquals(seen, set))
                {
                    standIns.Add(adapter);
                }

                dice[adapter] = Measure(domains.Model, adaptation, seen, options, cancellationToken);
            }

            rows.Add(new ForgettingRow(name, set.Samples.Count, dice, standIns));
        }

        var report = new ForgettingReport { Base = domains.Name, Prompt = Evaluator.NameOf(kind), Adapters = domains.Set.Domains, Rows = rows, ScenesAreOwn = count > 0 ? HeldOutScenes.AreOwnOf(domains.Name) : null };
        OutputFolder.Create(folder);
        Write(Path.Combine(folder, "forgetting.md"), report.ToMarkdown());
        using var text = new StringWriter();
        JsonOutput.Write(text, report);
        Write(Path.Combine(folder, "forgetting.json"), text.ToString());
        result.InvocationConfiguration.Output.Write(result.GetValue(json) ? text.ToString() : report.ToMarkdown());
        return Task.FromResult(ExitCode.Success);
    }

    private (string Name, ISegmentationDataset Data) Open(string text, CommandSettings settings, DomainModels domains)
    {
        string[] parts = text.Split('=', 2, StringSplitOptions.TrimEntries);
        if (parts is not [{ Length: > 0 } name, { Length: > 0 } root])
        {
            throw new InputException($"{data.Name}: '{text}' is no pair; write NAME=DIR, such as mri=mri_test.");
        }

        if (name != AdapterSet.BaseName)
        {
            AdapterSet.CheckName(name);
        }

        return (name, opening.OpenPart(root, "test", settings, domains.Set.Domains.Contains(name) ? domains.Recipe(name) : null));
    }

    private static double Measure(Sam model, IModelAdaptation adaptation, ISegmentationDataset set, EvaluationOptions options, CancellationToken cancel)
    {
        using var predictor = new SamPredictor(model, adaptation);
        return new Evaluator(predictor, options).Run(set, progress: null, cancel).Scores.Average(s => s.Dice);
    }

    private static void Write(string path, string text) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
