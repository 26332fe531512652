using System.CommandLine;
using SamTune.Adaptation.Domains;
using SamTune.Cli.Hosting;
using SamTune.Cli.Predicting;
using SamTune.Cli.Running;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Scenes;
using SamTune.Inference;
using SamTune.Modeling;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune predict IMAGE --base CKPT --out DIR</c>: masks on a picture, for prompts or of everything, and through a volume.</summary>
internal sealed class PredictCommand : TeachingCommand
{
    private readonly Argument<string> image = new("IMAGE") { Description = "PNG, JPEG, TIFF or WebP, a GeoTIFF scene, or a volume: NIfTI (.nii, .nii.gz) or a folder of DICOM files (through dcm2niix)." };
    private readonly Option<string?> source = BaseName.Flag();
    private readonly Option<string?> adapter = new("--adapter") { Description = "What training wrote." };
    private readonly Option<string?> adapters = new("--adapters") { Description = DomainModels.AdaptersHelp };
    private readonly Option<string?> domain = new("--domain")
    {
        Description = "With --adapters: a domain, auto (default: by the picture, or by slices of a volume), base, or LoRA domains with weights such as mri:0.7+ct:0.3.",
    };

    private readonly Option<string?> recipeOf = new(SharedRecipe.Flag) { Description = "With --domain of several: the one whose recipe prepares the picture, where they were trained with different ones." };
    private readonly Option<string> output = new("--out") { Required = true, Description = "Folder for the masks or labels, overlays and prediction.json." };
    private readonly Option<string[]> boxes = new("--box") { Description = "x0,y0,x1,y1 in pixels, corners included; each box is a prompt of its own." };
    private readonly Option<string[]> points = new("--point")
    {
        Description = "x,y,1 on the object or x,y,0 beside it. All points are one prompt; with one --box they belong to it.",
    };

    private readonly Option<bool> multimask = new("--multimask") { Description = "Write all alternatives of each prompt, the best first. Not of a scene." };
    private readonly AutomaticFlags automatic = new();
    private readonly VolumeFlags volume = new();
    private readonly TileFlags tiles = new();
    private readonly PreprocessingFlags preprocessing = new();
    private readonly Option<int?> inputSize = new("--input-size") { Description = "Side of the square input; the adapter's or the checkpoint's by default." };
    private readonly Option<string?> device = DeviceFlag.Create();
    private readonly Option<string?> precision = PrecisionFlag.Create("The image encoder's products");
    private readonly Option<bool> json = new("--json") { Description = "Print prediction.json on the output and nothing else." };

    /// <summary>Creates the command.</summary>
    public PredictCommand()
        : base("predict", "Segments a picture from boxes and clicks, everything in it, or, with neither, what the adapter was trained for; follows boxes through a volume; cuts large scenes into tiles.")
    {
        Add(image);
        foreach (Option flag in new Option[] { source, adapter, adapters, domain, recipeOf, output, boxes, points, multimask })
        {
            Add(flag);
        }

        automatic.AddTo(this);
        volume.AddTo(this);
        tiles.AddTo(this);
        foreach (Option flag in new Option[] { inputSize, device, precision, json })
        {
            Add(flag);
        }

        preprocessing.AddTo(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune predict cell.png --box 10,20,80,90 --out found", "What is in this box?"),
        new("samtune predict cell.png --adapter runs/cells/adapter.safetensors --point 40,52,1 --point 5,5,0 --out found", "Two clicks, with an adapter"),
        new("samtune predict scan.png --adapters domains.json --domain auto --box 10,20,80,90 --out found", "One base for many domains, chosen by the picture"),
        new("samtune predict cell.png --auto --points-per-side 16 --out found", "Everything in a picture"),
        new("samtune predict scan.nii.gz --box 60,80,120,130 --slice 40 --out found", "A structure through a volume, from a box on one slice"),
        new("samtune predict series/ --profile ct --box 60,80,120,130 --slice 40 --out found", "The same in a folder of DICOM files"),
        new("samtune predict scene.tif --tile 1024 --overlap 128 --boxes boxes.json --out found", "A scene larger than memory"),
        new("samtune predict scene.tif --adapter runs/water/adapter.safetensors --out found", "A GeoTIFF tile by tile, by an adapter that needs no prompt"),
        new("samtune predict scene.tif --adapter runs/roofs/adapter.safetensors --auto --geojson both --out found", "Everything in a GeoTIFF, as labels on its map and as polygons"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        IPredictionRun prediction = Choose(result, isScene: false);
        string path = DicomVolume.FileOf(result.GetRequiredValue(image), volume.Series(result)), checkpoint = result.GetValue(source) ?? BaseName.Default;
        if (result.GetValue(adapters) is { } file)
        {
            if (result.GetValue(adapter) != null)
            {
                throw new InputException("--adapters: stands beside --adapter; give one of the two.");
            }

            using DomainModels domains = DomainModels.Load(checkpoint, file, result.GetValue(inputSize), DeviceFlag.Read(result.GetValue(device)));
            ChosenDomain chosen = domains.Choose(result.GetValue(domain) ?? AdapterSet.AutoName, path, volume.Axis(result), result.GetValue(recipeOf), cancellationToken);
            Run(result, path, prediction, domains.Model, chosen.Adaptation, chosen.Preprocessing, chosen, cancellationToken);
            return Task.FromResult(ExitCode.Success);
        }

        if ((result.GetValue(domain) != null ? domain : result.GetValue(recipeOf) != null ? recipeOf : null) is { } lost)
        {
            throw new InputException($"{lost.Name}: needs the file that holds the domains; add --adapters domains.json.");
        }

        using BaseModel model = BaseModel.Load(checkpoint, result.GetValue(adapter), result.GetValue(inputSize), DeviceFlag.Read(result.GetValue(device)));
        model.Apply();
        Run(result, path, prediction, model.Model, model.Adaptation, model.Preprocessing, null, cancellationToken);
        return Task.FromResult(ExitCode.Success);
    }

    private void Run(
        ParseResult result, string file, IPredictionRun prediction, Sam model, IModelAdaptation adaptation, PreprocessingSpec? fixedSpec, ChosenDomain? chosen, CancellationToken cancel)
    {
        var settings = new CommandSettings(result, config: null);
        if (prediction is PictureRun or AutomaticRun && preprocessing.Read(settings, fixedSpec)?.Scene is { } scene && IsCut(file, scene))
        {
            prediction = Choose(result, isScene: true);
        }

        using var predictor = new SamPredictor(model, adaptation) { BFloat16 = PrecisionFlag.IsBFloat16(result.GetValue(precision), model.Device.type) };
        prediction.Run(new PredictionContext(
            result.GetRequiredValue(image), result.GetRequiredValue(output), predictor, otherwise => new Preprocessor(preprocessing.Read(settings, fixedSpec) ?? otherwise), chosen,
            result.GetValue(json), result.InvocationConfiguration.Output, result.InvocationConfiguration.Error, cancel)
        {
            File = file,
        });
    }

    // A picture without a place on the map that training would have cut into tiles.
    private static bool IsCut(string path, SceneSettings settings)
    {
        using IRasterSource source = RasterSource.Open(path);
        (int height, int width) = SceneTiles.SideInScene(settings, source.Resolution);
        return source.Size.Height > height || source.Size.Width > width;
    }

    private IPredictionRun Choose(ParseResult result, bool isScene)
    {
        string[] areas = result.GetValue(boxes) ?? [], clicks = result.GetValue(points) ?? [];
        string path = result.GetRequiredValue(image);
        if (DicomVolume.IsVolume(path))
        {
            return automatic.Read(result) == null && clicks.Length == 0 && !result.GetValue(multimask) && !tiles.AreGiven(result)
                ? volume.Read(result, areas)
                : throw new InputException($"{path}: a volume is segmented from boxes; leave --auto, --point, --multimask and the flags of tiles out.");
        }

        DicomVolume.RefuseOtherFolder(path);
        volume.RequireNone(result);
        if (isScene || tiles.AreGiven(result) || RasterSource.HasGeoreference(path))
        {
            bool hasAdapter = result.GetValue(adapter) != null || result.GetValue(adapters) != null;
            return !result.GetValue(multimask)
                ? tiles.Read(result, areas, clicks, automatic.Read(result), hasAdapter)
                : throw new InputException($"--multimask: {path} is a scene, which is cut into tiles and has one mask a prompt; leave the flag out.");
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
