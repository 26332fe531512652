using System.Text.Json;
using SamTune.Data.Augmentation;

namespace SamTune.Data.Tests.Augmentation;

public sealed class AugmentationSpecTests
{
    [Fact]
    public void The_few_shot_preset_has_exactly_the_recipes_figures()
        => Assert.Equal(
            new AugmentationSpec
            {
                RotationDegrees = 30,
                FlipHorizontally = 0.5,
                FlipVertically = 0.5,
                Brightness = 0.3,
                Contrast = 0.3,
                Saturation = 0.3,
                MixUpAlpha = 0.2,
            },
            AugmentationSpec.FewShot);

    [Fact]
    public void The_medical_preset_turns_by_15_degrees_crops_80_to_100_percent_and_bends()
    {
        AugmentationSpec medical = AugmentationSpec.Medical;
        Assert.Equal((15, 0.8), (medical.RotationDegrees, medical.MinimumCropArea));
        Assert.True(medical.ElasticDeviation > 0);
        Assert.Equal((0, 0), (medical.FlipHorizontally, medical.FlipVertically));
    }

    [Fact]
    public void Every_single_value_can_be_set_by_its_name()
    {
        AugmentationSpec[] changed = [.. AugmentationSpec.Settings.Keys.Select(name => AugmentationSpec.None.With(name, 0.07)!)];

        Assert.Equal(typeof(AugmentationSpec).GetProperties().Count(p => p.PropertyType == typeof(double)), changed.Distinct().Count());
        Assert.All(changed, spec => Assert.NotEqual(AugmentationSpec.None, spec));
        Assert.Equal(0.07, AugmentationSpec.Medical.With("blur", 0.07)!.BlurSigma);
        Assert.Equal(AugmentationSpec.Medical, AugmentationSpec.Medical.With("blur", 0.07)!.With("blur", 0));
        Assert.Null(AugmentationSpec.None.With("sharpness", 1));
    }

    [Fact]
    public void Presets_are_valid_and_survive_json()
        => Assert.All(AugmentationSpec.Presets.Values, spec =>
        {
            spec.Validate();
            Assert.Equal(spec, JsonSerializer.Deserialize<AugmentationSpec>(JsonSerializer.Serialize(spec)));
        });

    [Fact]
    public void A_value_out_of_range_is_named_with_its_range()
    {
        (AugmentationSpec Spec, string Name)[] wrong =
        [
            (new() { RotationDegrees = 181 }, "rotationDegrees"), (new() { MinimumCropArea = 0 }, "minimumCropArea"), (new() { FlipHorizontally = 1.1 }, "flipHorizontally"),
            (new() { FlipVertically = -0.1 }, "flipVertically"), (new() { ElasticDeviation = 1 }, "elasticDeviation"), (new() { Brightness = 2 }, "brightness"),
            (new() { Contrast = double.NaN }, "contrast"), (new() { Saturation = -1 }, "saturation"), (new() { Gamma = 5 }, "gamma"), (new() { BlurSigma = -1 }, "blurSigma"),
            (new() { NoiseDeviation = 101 }, "noiseDeviation"), (new() { MixUpAlpha = 0.01 }, "mixUpAlpha"),
        ];
        Assert.All(wrong, w => Assert.Contains($"{w.Name} is", Assert.Throws<ArgumentException>(w.Spec.Validate).Message, StringComparison.Ordinal));
    }
}
