using System.CommandLine;
using SamTune.Cli.Datasets;
using SamTune.Cli.Hosting;
using SamTune.Cli.Output;
using SamTune.Cli.Running;
using SamTune.Data.Augmentation;
using SamTune.Data.Checking;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Drawing;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune dataset preview DIR --out sheet.png</c>: what the model will really see.</summary>
internal sealed class DatasetPreviewCommand : TeachingCommand
{
    private readonly DatasetOpening data = new();
    private readonly Option<string> output = new("--out") { Required = true, Description = "The PNG to write." };
    private readonly Option<string?> task = new("--task") { Description = "The one task of a tasks.json to show; all by default." };
    private readonly AugmentationFlags augment = new();
    private readonly Option<int?> inputSize = new("--input-size") { Description = "Side of the model's square input (1024)." };
    private readonly Option<int?> count = new("--count") { Description = "Pictures on the sheet, spread over the data set (16)." };
    private readonly Option<int?> columns = new("--columns") { Description = "Pictures a row (4)." };
    private readonly Option<int?> cell = new("--cell") { Description = "Largest side of a picture on the sheet, pixels (320)." };
    private readonly Option<int?> seed = new("--seed") { Description = "Where variations come from (1)." };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object on the output and nothing else." };

    /// <summary>Creates the command.</summary>
    public DatasetPreviewCommand()
        : base("preview", "Draws a contact sheet of what the model will see: preprocessed, augmented, resized and padded, with the outlines of the masks.")
    {
        data.AddTo(this);
        Add(output);
        Add(task);
        augment.AddTo(this);

        foreach (Option flag in new Option[] { inputSize, count, columns, cell, seed, json })
        {
            Add(flag);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune dataset preview cells/ --out sheet.png --augment few-shot", "How are these pictures varied in training?"),
        new("samtune dataset preview xray/ --augment medical --augment-set gamma=0.2,blur=1,noise=5 --out sheet.png", "A preset with values on top"),
        new("samtune dataset preview scans/ --profile ct --window lung,soft-tissue,bone --out sheet.png", "Three windows as three colours"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var settings = new CommandSettings(result, config: null);
        int side = Words.AtLeastOne(settings.Whole(inputSize) ?? 1024, inputSize.Name), wanted = Words.AtLeastOne(settings.Whole(count) ?? 16, count.Name);
        int across = Words.AtLeastOne(settings.Whole(columns) ?? 4, columns.Name), largest = Words.AtLeastOne(settings.Whole(cell) ?? 320, cell.Name);
        if (side > 16384 || largest > 4096 || wanted > 400)
        {
            throw new InputException($"{inputSize.Name}, {cell.Name}, {count.Name}: at most 16384, 4096 and 400 are possible; they are {side}, {largest} and {wanted}.");
        }

        AugmentationSpec? augmentation = augment.Read(settings);
        FoundDataset found = data.Find(result, settings, settings.Text(task));
        (DatasetPart Part, int Index)[] all = [.. found.Parts.SelectMany(p => Enumerable.Range(0, p.Dataset.Samples.Count).Select(i => (p, i)))];
        if (all.Length == 0)
        {
            throw new InputException(found.Problems.Count > 0 ? found.Problems[0].Message : $"{found.Root}: no pictures.");
        }

        int shown = Math.Min(wanted, all.Length);
        Dictionary<DatasetPart, ModelView> views = found.Parts.ToDictionary(p => p, p => new ModelView(p.Dataset, augmentation, side, settings.Whole(seed) ?? 1));
        List<RgbImage> pictures = [];
        List<string> names = [];
        for (int i = 0; i < shown; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (DatasetPart part, int index) = all[(int)((long)i * all.Length / shown)];
            pictures.Add(views[part].Draw(index, largest));
            names.Add($"{part.Name}: {part.Dataset.Samples[index].Id}");
        }

        string path = result.GetRequiredValue(output);
        ImageWriter.WriteRgbPng(path, ContactSheet.Create(pictures, across, pictures[0].Size));
        TextWriter writer = result.InvocationConfiguration.Output;
        if (result.GetValue(json))
        {
            JsonOutput.Write(writer, new { Out = path, InputSide = side, Augmentation = augment.Named(settings), Settings = augmentation ?? AugmentationSpec.None, Columns = across, Pictures = names });
        }
        else
        {
            writer.WriteLine($"{path}: {shown} of {all.Length} pictures as the model sees them at {side}x{side}, row by row: {string.Join(", ", names)}");
        }

        return Task.FromResult(ExitCode.Success);
    }
}
