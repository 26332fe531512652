using System.CommandLine;
using SamTune.Imaging;
using SamTune.Inference.Automatic;

namespace SamTune.Cli.Predicting;

/// <summary>The flags of segmenting everything without a prompt.</summary>
internal sealed class AutomaticFlags
{
    private readonly Option<bool> auto = new("--auto") { Description = "Segment everything, without a prompt." };
    private readonly Option<int?> pointsPerSide = new("--points-per-side") { Description = "With --auto: clicks along each side of the picture, or of a tile (32)." };
    private readonly Option<int?> pointsPerBatch = new("--points-per-batch") { Description = "With --auto: clicks decoded together (64); fewer take less memory." };
    private readonly Option<double?> predictedIou = new("--predicted-iou") { Description = "With --auto: masks that the model rates lower are dropped (0.88)." };
    private readonly Option<double?> stability = new("--stability") { Description = "With --auto: masks that depend more on the threshold are dropped (0.95)." };
    private readonly Option<double?> boxOverlap = new("--box-overlap") { Description = "With --auto: of two masks whose boxes overlap by a higher IoU the better one stays (0.7)." };
    private readonly Option<int?> cropLayers = new("--crop-layers") { Description = "With --auto: layers of crops segmented as well, for small objects (0)." };
    private readonly Option<int?> cropDownscale = new("--crop-downscale") { Description = "With --crop-layers: clicks along each side become fewer by this from layer to layer (1)." };
    private readonly Option<int?> minimumArea = new("--minimum-area") { Description = "With --auto: smaller holes and islands are filled and removed, in pixels (0)." };

    /// <summary>Adds the flags to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(auto);
        foreach (Option flag in Settings)
        {
            command.Add(flag);
        }
    }

    private Option[] Settings => [pointsPerSide, pointsPerBatch, predictedIou, stability, boxOverlap, cropLayers, cropDownscale, minimumArea];

    /// <summary>The options; null where --auto is not given.</summary>
    /// <exception cref="InputException">A value is out of its range, or given without --auto.</exception>
    public AutomaticMaskOptions? Read(ParseResult result)
    {
        if (!result.GetValue(auto))
        {
            return Settings.FirstOrDefault(f => result.GetResult(f) is { Implicit: false }) is { } lost
                ? throw new InputException($"{lost.Name}: is for segmenting everything; add --auto or leave it out.")
                : null;
        }

        AutomaticMaskOptions usual = AutomaticMaskOptions.Default;
        AutomaticMaskOptions options = usual with
        {
            PointsPerSide = result.GetValue(pointsPerSide) ?? usual.PointsPerSide,
            PointsPerBatch = result.GetValue(pointsPerBatch) ?? usual.PointsPerBatch,
            PredictedIouThreshold = result.GetValue(predictedIou) ?? usual.PredictedIouThreshold,
            StabilityThreshold = result.GetValue(stability) ?? usual.StabilityThreshold,
            BoxOverlapThreshold = result.GetValue(boxOverlap) ?? usual.BoxOverlapThreshold,
            CropLayers = result.GetValue(cropLayers) ?? usual.CropLayers,
            CropPointsDownscale = result.GetValue(cropDownscale) ?? usual.CropPointsDownscale,
            MinimumRegionArea = result.GetValue(minimumArea) ?? usual.MinimumRegionArea,
        };
        options.Validate();
        return options;
    }
}
