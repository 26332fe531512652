using SamTune.Imaging;

namespace SamTune.Inference.Automatic;

/// <summary>
/// How everything in a picture is segmented without a prompt (Kirillov et al. 2023, arXiv:2304.02643, appendix B); the defaults are those of the reference's
/// automatic mask generator.
/// </summary>
public sealed record AutomaticMaskOptions
{
    /// <summary>The options used when none are given.</summary>
    public static AutomaticMaskOptions Default { get; } = new();

    /// <summary>Clicks along each side of the picture; their square is how many there are in all.</summary>
    public int PointsPerSide { get; init; } = 32;

    /// <summary>Clicks decoded together; more is faster and takes more memory.</summary>
    public int PointsPerBatch { get; init; } = 64;

    /// <summary>Masks whose predicted IoU is not above this are dropped; 0 keeps all.</summary>
    public double PredictedIouThreshold { get; init; } = 0.88;

    /// <summary>Masks whose stability score is below this are dropped; 0 keeps all.</summary>
    public double StabilityThreshold { get; init; } = 0.95;

    /// <summary>How far the threshold is moved to either side for the stability score, in logits.</summary>
    public double StabilityOffset { get; init; } = PredictedMask.StabilityOffset;

    /// <summary>Of two masks of one crop whose boxes overlap by more than this IoU the one with the lower predicted IoU is dropped.</summary>
    public double BoxOverlapThreshold { get; init; } = 0.7;

    /// <summary>Layers of crops that are segmented as well, for small objects; layer i has 2^i x 2^i crops. 0 segments the whole picture alone.</summary>
    public int CropLayers { get; init; }

    /// <summary>How far the crops of the first layer overlap, as a share of the picture's short side; half as much in each further layer.</summary>
    public double CropOverlap { get; init; } = 512.0 / 1500;

    /// <summary>Of two masks of different crops whose boxes overlap by more than this IoU the one of the larger crop is dropped.</summary>
    public double CropOverlapThreshold { get; init; } = 0.7;

    /// <summary>By how much the clicks along each side become fewer from layer to layer.</summary>
    public int CropPointsDownscale { get; init; } = 1;

    /// <summary>Holes and islands with fewer pixels are filled and removed; 0 leaves masks as they are.</summary>
    public int MinimumRegionArea { get; init; }

    /// <summary>Checks all values together.</summary>
    /// <exception cref="InputException">A value is out of its range.</exception>
    public void Validate()
    {
        Require(PointsPerSide is >= 1 and <= 1024, "points per side", PointsPerSide, "1 to 1024");
        Require(PointsPerBatch >= 1, "points per batch", PointsPerBatch, "1 or more");
        Require(PredictedIouThreshold is >= 0 and <= 1, "predicted IoU", PredictedIouThreshold, "0 to 1");
        Require(StabilityThreshold is >= 0 and <= 1, "stability", StabilityThreshold, "0 to 1");
        Require(StabilityOffset is >= 0 and < 100, "stability offset", StabilityOffset, "0 or more, in logits");
        Require(BoxOverlapThreshold is >= 0 and <= 1, "box overlap", BoxOverlapThreshold, "0 to 1");
        Require(CropLayers is >= 0 and <= 5, "crop layers", CropLayers, "0 to 5");
        Require(CropOverlap is >= 0 and < 1, "crop overlap", CropOverlap, "a share from 0 to below 1");
        Require(CropOverlapThreshold is >= 0 and <= 1, "overlap of crops", CropOverlapThreshold, "0 to 1");
        Require(CropPointsDownscale >= 1 && PointsOf(CropLayers) >= 1, "crop points downscale", CropPointsDownscale, "1 or more, with a click left in the last layer");
        Require(MinimumRegionArea >= 0, "minimum region area", MinimumRegionArea, "0 or more pixels");
    }

    /// <summary>Clicks along each side of a crop.</summary>
    internal int PointsOf(int layer) => (int)(PointsPerSide / Math.Pow(CropPointsDownscale, layer));

    private static void Require(bool holds, string name, double found, string needed)
    {
        if (!holds)
        {
            throw new InputException($"automatic masks: {name} is {found}; needed is {needed}.");
        }
    }
}
