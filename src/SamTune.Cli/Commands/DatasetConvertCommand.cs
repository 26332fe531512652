using System.CommandLine;
using SamTune.Cli.Datasets;
using SamTune.Cli.Hosting;
using SamTune.Cli.Output;
using SamTune.Cli.Running;
using SamTune.Data.Checking;
using SamTune.Data.Manifests;
using SamTune.Imaging;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune dataset convert DATA --out FILE.jsonl</c>: any data set as a manifest.</summary>
internal sealed class DatasetConvertCommand : TeachingCommand
{
    private const string Extension = ".jsonl";

    private readonly DatasetOpening data = new();
    private readonly Option<string?> task = new("--task") { Description = "The task of a tasks.json; needed where it has several." };
    private readonly Option<string> output = new("--out")
    {
        Required = true,
        Description = "FILE.jsonl names the source's pictures where they are files; a new FOLDER gets data.jsonl and copies of all pictures as the model is given them.",
    };

    private readonly Option<string?> name = new("--name") { Description = "Name of the data set in the manifest; that of the source by default." };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object on the output and nothing else." };

    /// <summary>Creates the command.</summary>
    public DatasetConvertCommand()
        : base("convert", "Writes a data set of any layout as a manifest of JSON lines: objects as run lengths, with classes, parts, groups (patient, scene) and spacing. Opening it gives the same samples.")
    {
        data.AddTo(this);
        foreach (Option flag in new Option[] { task, output, name, json })
        {
            Add(flag);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune dataset convert coco/annotations/instances_val2017.json --out coco/val.jsonl", "A COCO file; the manifest names its pictures"),
        new("samtune dataset convert data/mri --task colin27_brain_axial --out mri_axial/", "Slices of a volume with their parts, into a folder of its own"),
        new("samtune dataset convert VOCdevkit/VOC2012:train --mask-mode instances --out voc.jsonl", "One part of a Pascal VOC folder, an object an instance"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var settings = new CommandSettings(result, config: null);
        string target = result.GetRequiredValue(output);
        bool isFile = target.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);
        string path = isFile ? target : Path.Combine(target, "data" + Extension);
        if (File.Exists(path))
        {
            throw new InputException($"{path}: is there already; remove it, or choose another place after {output.Name}.");
        }

        FoundDataset found = data.Find(result, settings, settings.Text(task));
        IReadOnlyList<DatasetPart> parts = found.RequireAll();
        bool shareIds = parts.SelectMany(p => p.Dataset.Samples).GroupBy(s => s.Id, StringComparer.Ordinal).Any(g => g.Count() > 1);
        ManifestWriter.Write(
            path,
            settings.Text(name) ?? (parts[0].Task.Length > 0 ? parts[0].Task : parts[0].Dataset.Name),
            [.. parts.Select(p => new ManifestPart(p.Dataset, p.Split == DatasetSource.OnePart ? null : p.Split, shareIds ? p.Split + "/" : ""))],
            storePictures: !isFile,
            new ReadingProgress(result.InvocationConfiguration.Error, TimeProvider.System),
            cancellationToken);
        string[] classes = [.. parts.SelectMany(p => p.Dataset.Classes.Values).Distinct()];
        PartSize[] sizes = [.. parts.Select(p => new PartSize(p.Split, p.Dataset.Samples.Count))];
        TextWriter writer = result.InvocationConfiguration.Output;
        if (result.GetValue(json))
        {
            JsonOutput.Write(writer, new { found.Root, found.Layout, Out = path, Parts = sizes, Classes = classes, StoresPictures = !isFile, Warnings = found.Problems.Select(p => p.Message) });
        }
        else
        {
            foreach (DatasetProblem problem in found.Problems)
            {
                result.InvocationConfiguration.Error.WriteLine($"warning: {problem.Message}");
            }

            writer.WriteLine($"{path}: {string.Join(", ", sizes.Select(s => $"{s.Pictures} pictures ({s.Split})"))} of {found.Layout}; classes {string.Join(", ", classes)}");
        }

        return Task.FromResult(ExitCode.Success);
    }

    private sealed record PartSize(string Split, int Pictures);
}
