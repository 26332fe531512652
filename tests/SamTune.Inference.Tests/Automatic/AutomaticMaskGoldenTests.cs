using System.Text.Json;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Inference.Automatic;
using SamTune.Modeling;
using SamTune.Testing;

namespace SamTune.Inference.Tests.Automatic;

/// <summary>Automatic masks beside those of the reference's SamAutomaticMaskGenerator; see tests/goldens/README.md.</summary>
public sealed class AutomaticMaskGoldenTests
{
    private static readonly JsonElement s_cases = JsonElement.Parse(File.ReadAllText(RepositoryFiles.Golden("automatic_masks.json"))).GetProperty("cases");

    public static TheoryData<string> Cases => [.. s_cases.EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Masks_are_those_of_the_reference_in_its_order(string name)
    {
        JsonElement golden = s_cases.EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        RgbImage picture = ImageReader.ReadRgb(RepositoryFiles.Golden(golden.GetProperty("image").GetString()!));
        using Sam model = TestModels.TinyClicks();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        IReadOnlyList<AutomaticMask> masks = new AutomaticMaskGenerator(predictor, Options(golden.GetProperty("settings")))
            .Generate(picture, cancel: TestContext.Current.CancellationToken);
        JsonElement[] expected = [.. golden.GetProperty("masks").EnumerateArray()];
        Assert.InRange(expected.Length, 10, 100);
        Assert.Equal(expected.Length, masks.Count);
        foreach ((JsonElement mask, AutomaticMask found) in expected.Zip(masks))
        {
            float[] Numbers(string key) => [.. mask.GetProperty(key).EnumerateArray().Select(v => v.GetSingle())];
            Assert.Equal(mask.GetProperty("predicted_iou").GetSingle(), found.PredictedIou, 2e-5f);
            Assert.Equal(mask.GetProperty("stability_score").GetSingle(), found.StabilityScore, 1e-3f);
            Assert.All(Numbers("point").Zip((float[])[found.Point.X, found.Point.Y]), p => Assert.Equal(p.First, p.Second, 1e-3f));
            Assert.Equal(Numbers("crop_box"), (float[])[found.Crop.X, found.Crop.Y, found.Crop.Width, found.Crop.Height]);
            Assert.Equal(Numbers("bbox"), (float[])[found.Box.X0, found.Box.Y0, found.Box.X1 - found.Box.X0, found.Box.Y1 - found.Box.Y0]);

            // A logit within rounding of the threshold may fall to either side.
            BinaryMask drawn = RunLength.FromCompressedString(picture.Size, mask.GetProperty("counts").GetString()!).Decode();
            Assert.InRange(drawn.Pixels.Zip(found.Segmentation.Decode().Pixels).Count(p => p.First != p.Second), 0, 2);
            Assert.InRange(found.Area - mask.GetProperty("area").GetInt32(), -2, 2);
        }
    }

    private static AutomaticMaskOptions Options(JsonElement settings)
    {
        int Whole(string key) => settings.GetProperty(key).GetInt32();
        double Number(string key) => settings.GetProperty(key).GetDouble();
        return new AutomaticMaskOptions
        {
            PointsPerSide = Whole("points_per_side"),
            PointsPerBatch = Whole("points_per_batch"),
            PredictedIouThreshold = Number("pred_iou_thresh"),
            StabilityThreshold = Number("stability_score_thresh"),
            StabilityOffset = Number("stability_score_offset"),
            BoxOverlapThreshold = Number("box_nms_thresh"),
            CropLayers = Whole("crop_n_layers"),
            CropOverlap = Number("crop_overlap_ratio"),
            CropOverlapThreshold = Number("crop_nms_thresh"),
            CropPointsDownscale = Whole("crop_n_points_downscale_factor"),
            MinimumRegionArea = Whole("min_mask_region_area"),
        };
    }
}
