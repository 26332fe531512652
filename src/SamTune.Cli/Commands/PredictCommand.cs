using System.CommandLine;
using SamTune.Adaptation.Domains;
using SamTune.Cli.Hosting;
using SamTune.Cli.Output;
using SamTune.Cli.Running;
using SamTune.Data.Preprocessing;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Drawing;
using SamTune.Inference;
using SamTune.Modeling;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune predict IMAGE --base CKPT --out DIR</c>: masks for prompts on one picture.</summary>
internal sealed class PredictCommand : TeachingCommand
{
    private readonly Argument<string> image = new("IMAGE") { Description = "PNG, JPEG, TIFF or WebP." };
    private readonly Option<string?> source = BaseName.Flag();
    private readonly Option<string?> adapter = new("--adapter") { Description = "What training wrote." };
    private readonly Option<string?> adapters = new("--adapters") { Description = DomainModels.AdaptersHelp };
    private readonly Option<string?> domain = new("--domain")
    {
        Description = "With --adapters: a domain, auto (default: by the picture), base, or LoRA domains with weights such as mri:0.7+ct:0.3.",
    };

    private readonly Option<string> output = new("--out") { Required = true, Description = "Folder for the masks, overlay.png and prediction.json." };
    private readonly Option<string[]> boxes = new("--box") { Description = "x0,y0,x1,y1 in pixels, corners included; each box is a prompt of its own." };
    private readonly Option<string[]> points = new("--point")
    {
        Description = "x,y,1 on the object or x,y,0 beside it. All points are one prompt; with one --box they belong to it.",
    };

    private readonly Option<bool> multimask = new("--multimask") { Description = "Write all alternatives of each prompt, the best first." };
    private readonly PreprocessingFlags preprocessing = new();
    private readonly Option<int?> inputSize = new("--input-size") { Description = "Side of the square input; the adapter's or the checkpoint's by default." };
    private readonly Option<bool> json = new("--json") { Description = "Print prediction.json on the output and nothing else." };

    /// <summary>Creates the command.</summary>
    public PredictCommand()
        : base("predict", "Segments one picture from boxes and clicks, or, with neither, what the adapter was trained for.")
    {
        Add(image);
        foreach (Option flag in new Option[] { source, adapter, adapters, domain, output, boxes, points, multimask, inputSize, json })
        {
            Add(flag);
        }

        preprocessing.AddTo(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune predict cell.png --base sam_vit_b.pth --box 10,20,80,90 --out found", "What is in this box?"),
        new("samtune predict cell.png --base sam_vit_b.pth --adapter runs/cells/adapter.safetensors --point 40,52,1 --point 5,5,0 --out found", "Two clicks, with an adapter"),
        new("samtune predict scan.png --base sam_vit_b.pth --adapters domains.json --domain auto --box 10,20,80,90 --out found", "One base for many domains, chosen by the picture"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        PromptSet[] prompts = ReadPrompts(result.GetValue(boxes) ?? [], result.GetValue(points) ?? []);
        string path = result.GetRequiredValue(image), checkpoint = result.GetValue(source) ?? BaseName.Default;
        if (result.GetValue(adapters) is { } file)
        {
            if (result.GetValue(adapter) != null)
            {
                throw new InputException("--adapters: stands beside --adapter; give one of the two.");
            }

            using DomainModels domains = DomainModels.Load(checkpoint, file, result.GetValue(inputSize));
            ChosenDomain chosen = domains.Choose(result.GetValue(domain) ?? AdapterSet.AutoName, path);
            RgbImage read = new Preprocessor(Recipe(result, chosen.Preprocessing)).Read(path);
            return Predict(result, domains.Model, chosen.Adaptation, read, prompts, chosen, cancellationToken);
        }

        if (result.GetValue(domain) != null)
        {
            throw new InputException("--domain: needs the file that holds the domains; add --adapters domains.json.");
        }

        using BaseModel model = BaseModel.Load(checkpoint, result.GetValue(adapter), result.GetValue(inputSize));
        RgbImage picture = new Preprocessor(Recipe(result, model.Preprocessing)).Read(path);
        model.Apply();
        return Predict(result, model.Model, model.Adaptation, picture, prompts, null, cancellationToken);
    }

    private Task<int> Predict(
        ParseResult result, Sam model, IModelAdaptation adaptation, RgbImage picture, PromptSet[] prompts, ChosenDomain? chosen, CancellationToken cancellationToken)
    {
        string path = result.GetRequiredValue(image), folder = result.GetRequiredValue(output);
        using var predictor = new SamPredictor(model, adaptation);
        predictor.SetImage(picture);
        cancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<Prediction> predictions = predictor.PredictMany(prompts, result.GetValue(multimask));

        OutputFolder.Create(folder);
        var overlay = new Overlay(picture);
        List<FoundMask> found = [];
        for (int p = 0; p < prompts.Length; p++)
        {
            overlay.Mask(predictions[p].Best.ToBinaryMask(), RgbColour.ForIndex(p));
            if (prompts[p].Box is { } box)
            {
                overlay.Box(box, RgbColour.Blue);
            }

            foreach (PointPrompt point in prompts[p].Points)
            {
                overlay.Point(point);
            }

            for (int m = 0; m < predictions[p].Masks.Count; m++)
            {
                string file = predictions[p].Masks.Count == 1 ? $"mask_{p:d3}.png" : $"mask_{p:d3}_{m}.png";
                BinaryMask mask = predictions[p].Masks[m].ToBinaryMask();
                ImageWriter.WriteMaskPng(Path.Combine(folder, file), mask);
                found.Add(FoundMask.Of(p, file, mask, predictions[p].Masks[m]));
            }
        }

        ImageWriter.WriteRgbPng(Path.Combine(folder, "overlay.png"), overlay.Image);
        using var text = new StringWriter();
        JsonOutput.Write(text, new { Image = path, picture.Size.Height, picture.Size.Width, Domain = chosen?.Name, chosen?.Nearest, chosen?.Confidence, Masks = found });
        AtomicFile.Write(Path.Combine(folder, "prediction.json"), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text.ToString())));
        TextWriter writer = result.InvocationConfiguration.Output;
        if (result.GetValue(json))
        {
            writer.Write(text.ToString());
        }
        else
        {
            if (chosen != null)
            {
                string sure = chosen.Confidence is { } confidence ? FormattableString.Invariant($", nearest {chosen.Nearest} with confidence {confidence:0.00}") : "";
                writer.WriteLine($"domain {chosen.Name}{sure}");
            }

            TextTable.WritePairs(writer, found.Select(f => (
                Path.Combine(folder, f.File), FormattableString.Invariant($"{f.Area} pixels, predicted IoU {f.PredictedIou:0.000}, stability {f.Stability:0.000}"))));
        }

        return Task.FromResult(ExitCode.Success);
    }

    private PreprocessingSpec Recipe(ParseResult result, PreprocessingSpec? fixedSpec) =>
        preprocessing.Read(new CommandSettings(result, config: null), fixedSpec, PreprocessingSpec.Rgb);

    private static PromptSet[] ReadPrompts(string[] boxes, string[] points)
    {
        PointPrompt[] clicks = [.. points.Select(ReadPoint)];
        BoundingBox[] areas = [.. boxes.Select(ReadBox)];
        if (areas.Length <= 1)
        {
            return [new PromptSet { Box = areas.Length == 1 ? areas[0] : null, Points = clicks }];
        }

        PromptSet[] alone = [.. areas.Select(b => new PromptSet { Box = b })];
        return clicks.Length == 0 ? alone : [.. alone, new PromptSet { Points = clicks }];
    }

    private static BoundingBox ReadBox(string text)
    {
        float[] n = Numbers(text, "--box", 4, "x0,y0,x1,y1");
        return n[2] >= n[0] && n[3] >= n[1]
            ? new BoundingBox(n[0], n[1], n[2], n[3])
            : throw new InputException($"--box: '{text}' ends before it begins; write x0,y0,x1,y1 with x1 >= x0 and y1 >= y0.");
    }

    private static PointPrompt ReadPoint(string text)
    {
        float[] n = Numbers(text, "--point", 3, "x,y,1 or x,y,0");
        return n[2] is 0 or 1 ? new PointPrompt(n[0], n[1], n[2] == 1) : throw new InputException($"--point: '{text}' ends in {n[2]}; 1 is on the object, 0 beside it.");
    }

    private static float[] Numbers(string text, string flag, int count, string form)
    {
        string[] parts = text.Split(',');
        return parts.Length == count
            ? [.. parts.Select(p => (float)Words.Number(p, flag))]
            : throw new InputException($"{flag}: '{text}' has {parts.Length} numbers; write {form}.");
    }

    /// <summary>A mask as <c>prediction.json</c> has it; the run-length encoding is COCO's compressed one, the box x, y, width, height.</summary>
    private sealed record FoundMask(int Prompt, string File, int Area, float PredictedIou, float Stability, IReadOnlyList<float>? Box, Segmentation Segmentation)
    {
        public static FoundMask Of(int prompt, string file, BinaryMask mask, PredictedMask scores) => new(
            prompt, file, mask.Area, scores.PredictedIou, scores.StabilityScore,
            mask.Bounds() is { } b ? [b.X0, b.Y0, b.Width, b.Height] : null,
            new Segmentation([mask.Size.Height, mask.Size.Width], RunLength.Encode(mask).ToCompressedString()));
    }

    private sealed record Segmentation(IReadOnlyList<int> Size, string Counts);
}
