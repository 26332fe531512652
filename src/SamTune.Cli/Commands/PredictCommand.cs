using System.CommandLine;
using SamTune.Cli.Hosting;
using SamTune.Cli.Predicting;
using SamTune.Cli.Running;
using SamTune.Imaging;
using SamTune.Inference;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune predict IMAGE --base CKPT --out DIR</c>: masks on a picture, for prompts or of everything, and through a volume.</summary>
internal sealed class PredictCommand : TeachingCommand
{
    private readonly Argument<string> image = new("IMAGE") { Description = "PNG, JPEG, TIFF or WebP, or a NIfTI volume (.nii, .nii.gz)." };
    private readonly Option<string> source = new("--base") { Required = true, Description = BaseName.Help };
    private readonly Option<string?> adapter = new("--adapter") { Description = "What training wrote." };
    private readonly Option<string> output = new("--out") { Required = true, Description = "Folder for the masks or labels, overlays and prediction.json." };
    private readonly Option<string[]> boxes = new("--box") { Description = "x0,y0,x1,y1 in pixels, corners included; each box is a prompt of its own." };
    private readonly Option<string[]> points = new("--point")
    {
        Description = "x,y,1 on the object or x,y,0 beside it. All points are one prompt; with one --box they belong to it.",
    };

    private readonly Option<bool> multimask = new("--multimask") { Description = "Write all alternatives of each prompt, the best first." };
    private readonly AutomaticFlags automatic = new();
    private readonly VolumeFlags volume = new();
    private readonly TileFlags tiles = new();
    private readonly Option<string?> intensity = new("--intensity") { Description = "rgb, percentile, min-max or z-score (rgb; percentile for volumes); an adapter brings its own." };
    private readonly Option<string?> window = new("--window") { Description = "LOW,HIGH: the intensities that become 0 and 255, such as -160,240." };
    private readonly Option<int?> inputSize = new("--input-size") { Description = "Side of the square input; the adapter's or the checkpoint's by default." };
    private readonly Option<bool> json = new("--json") { Description = "Print prediction.json on the output and nothing else." };

    /// <summary>Creates the command.</summary>
    public PredictCommand()
        : base("predict", "Segments a picture from boxes and clicks, everything in it, or, with neither, what the adapter was trained for; follows boxes through a volume; cuts large scenes into tiles.")
    {
        Add(image);
        foreach (Option flag in new Option[] { source, adapter, output, boxes, points, multimask })
        {
            Add(flag);
        }

        automatic.AddTo(this);
        volume.AddTo(this);
        tiles.AddTo(this);
        foreach (Option flag in new Option[] { intensity, window, inputSize, json })
        {
            Add(flag);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune predict cell.png --base sam_vit_b.pth --box 10,20,80,90 --out found", "What is in this box?"),
        new("samtune predict cell.png --base sam_vit_b.pth --adapter runs/cells/adapter.safetensors --point 40,52,1 --point 5,5,0 --out found", "Two clicks, with an adapter"),
        new("samtune predict cell.png --base sam_vit_b.pth --auto --points-per-side 16 --out found", "Everything in a picture"),
        new("samtune predict scan.nii.gz --base sam_vit_b.pth --box 60,80,120,130 --slice 40 --out found", "A structure through a volume, from a box on one slice"),
        new("samtune predict scene.tif --base sam_vit_b.pth --tile 1024 --overlap 128 --boxes boxes.json --out found", "A scene larger than memory"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        IPredictionRun prediction = Choose(result);
        using BaseModel model = BaseModel.Load(result.GetRequiredValue(source), result.GetValue(adapter), result.GetValue(inputSize));
        var recipe = new IntensityChoice(result.GetValue(intensity), result.GetValue(window), model.Preprocessing);
        model.Apply();
        using var predictor = new SamPredictor(model.Model, model.Adaptation);
        prediction.Run(new PredictionContext(
            result.GetRequiredValue(image), result.GetRequiredValue(output), predictor, recipe, result.GetValue(json), result.InvocationConfiguration.Output,
            result.InvocationConfiguration.Error, cancellationToken));
        return Task.FromResult(ExitCode.Success);
    }

    private IPredictionRun Choose(ParseResult result)
    {
        string[] areas = result.GetValue(boxes) ?? [], clicks = result.GetValue(points) ?? [];
        string path = result.GetRequiredValue(image);
        if (path.EndsWith(".nii", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".nii.gz", StringComparison.OrdinalIgnoreCase))
        {
            return automatic.Read(result) == null && clicks.Length == 0 && !result.GetValue(multimask) && !tiles.AreGiven(result)
                ? volume.Read(result, areas)
                : throw new InputException($"{path}: a volume is segmented from boxes; leave --auto, --point, --multimask and the flags of tiles out.");
        }

        volume.RequireNone(result);
        if (tiles.AreGiven(result))
        {
            return !result.GetValue(multimask)
                ? tiles.Read(result, areas, clicks, automatic.Read(result))
                : throw new InputException("--multimask: a scene has one mask a prompt; leave it out.");
        }

        if (automatic.Read(result) is { } options)
        {
            return areas.Length + clicks.Length == 0 && !result.GetValue(multimask)
                ? new AutomaticRun(options)
                : throw new InputException("--auto: segments everything; leave --box, --point and --multimask out.");
        }

        return new PictureRun(PromptText.Prompts(areas, clicks), result.GetValue(multimask));
    }
}
