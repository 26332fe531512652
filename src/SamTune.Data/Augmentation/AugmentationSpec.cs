namespace SamTune.Data.Augmentation;

/// <summary>
/// How training pictures are varied. Ranges are drawn from uniformly, anew for every picture and pass; 0 (for the crop 1) leaves a change
/// out. Saved with the run as JSON.
/// </summary>
public sealed record AugmentationSpec
{
    /// <summary>Pictures as they are.</summary>
    public static AugmentationSpec None { get; } = new();

    /// <summary>
    /// Scans: 15 degrees, a crop of 80 to 100 % of the area, and elastic deformation as in U-Net (Ronneberger et al. 2015, section 3.1: 10
    /// pixels on pictures of 512). Not flipped: left and right differ in a body.
    /// </summary>
    public static AugmentationSpec Medical { get; } = new() { RotationDegrees = 15, MinimumCropArea = 0.8, ElasticDeviation = 0.02 };

    /// <summary>Pictures from above, where no direction is up: any angle, both flips, crops, and the light of other days.</summary>
    public static AugmentationSpec Satellite { get; } = new()
    {
        RotationDegrees = 180,
        MinimumCropArea = 0.8,
        FlipHorizontally = 0.5,
        FlipVertically = 0.5,
        Brightness = 0.2,
        Contrast = 0.2,
        Saturation = 0.2,
    };

    /// <summary>Fewer than 100 pictures: 30 degrees, both flips, colour jitter 0.3, MixUp with alpha 0.2.</summary>
    public static AugmentationSpec FewShot { get; } = new()
    {
        RotationDegrees = 30,
        FlipHorizontally = 0.5,
        FlipVertically = 0.5,
        Brightness = 0.3,
        Contrast = 0.3,
        Saturation = 0.3,
        MixUpAlpha = 0.2,
    };

    /// <summary>The presets by the names that command lines and files use.</summary>
    public static IReadOnlyDictionary<string, AugmentationSpec> Presets { get; } = new Dictionary<string, AugmentationSpec>(StringComparer.Ordinal)
    {
        ["none"] = None,
        ["medical"] = Medical,
        ["satellite"] = Satellite,
        ["few-shot"] = FewShot,
    };

    /// <summary>Single values by the names that command lines and files use.</summary>
    public static IReadOnlyDictionary<string, AugmentationSetting> Settings { get; } = new Dictionary<string, AugmentationSetting>(StringComparer.Ordinal)
    {
        ["rotation"] = new("degrees", (spec, value) => spec with { RotationDegrees = value }),
        ["crop"] = new("least share of the area", (spec, value) => spec with { MinimumCropArea = value }),
        ["hflip"] = new("probability", (spec, value) => spec with { FlipHorizontally = value }),
        ["vflip"] = new("probability", (spec, value) => spec with { FlipVertically = value }),
        ["elastic"] = new("deviation as a share of the long side", (spec, value) => spec with { ElasticDeviation = value }),
        ["brightness"] = new("share", (spec, value) => spec with { Brightness = value }),
        ["contrast"] = new("share", (spec, value) => spec with { Contrast = value }),
        ["saturation"] = new("share", (spec, value) => spec with { Saturation = value }),
        ["gamma"] = new("change of the exponent", (spec, value) => spec with { Gamma = value }),
        ["blur"] = new("sigma in pixels", (spec, value) => spec with { BlurSigma = value }),
        ["noise"] = new("deviation in 8-bit levels", (spec, value) => spec with { NoiseDeviation = value }),
        ["mixup"] = new("alpha", (spec, value) => spec with { MixUpAlpha = value }),
    };

    /// <summary>The same with one value changed; <see cref="Validate"/> tells whether it can be.</summary>
    /// <param name="setting">A name of <see cref="Settings"/>.</param>
    /// <param name="value">The value.</param>
    /// <returns>Null where there is no such setting.</returns>
    public AugmentationSpec? With(string setting, double value) => Settings.GetValueOrDefault(setting)?.Set(this, value);

    /// <summary>Largest angle to either side about the picture's centre, degrees, 0..180.</summary>
    public double RotationDegrees { get; init; }

    /// <summary>Smallest share of the area that a crop keeps before it is resized to the picture's own size and shape, 0.01..1.</summary>
    public double MinimumCropArea { get; init; } = 1;

    /// <summary>Probability that left and right are exchanged, 0..1.</summary>
    public double FlipHorizontally { get; init; }

    /// <summary>Probability that top and bottom are exchanged, 0..1.</summary>
    public double FlipVertically { get; init; }

    /// <summary>
    /// Standard deviation of the control points' displacements, as a share of the picture's long side, 0..0.1; between the points of a coarse
    /// grid the picture is bent by a cubic B-spline.
    /// </summary>
    public double ElasticDeviation { get; init; }

    /// <summary>Largest share by which samples are scaled up or down, 0..1.</summary>
    public double Brightness { get; init; }

    /// <summary>Largest share by which the distance to the mean grey is scaled, 0..1.</summary>
    public double Contrast { get; init; }

    /// <summary>Largest share by which the distance to a pixel's own grey is scaled, 0..1.</summary>
    public double Saturation { get; init; }

    /// <summary>Largest change of the exponent on samples of 0..1: it lies between 1 / (1 + gamma) and 1 + gamma, 0..4.</summary>
    public double Gamma { get; init; }

    /// <summary>Largest standard deviation of a Gaussian blur, pixels, 0..20.</summary>
    public double BlurSigma { get; init; }

    /// <summary>Largest standard deviation of Gaussian noise, in 8-bit levels, 0..100.</summary>
    public double NoiseDeviation { get; init; }

    /// <summary>Both parameters of the Beta distribution that MixUp draws shares from, 0.05..4; 0 mixes nothing.</summary>
    public double MixUpAlpha { get; init; }

    /// <summary>Whether anything moves pixels.</summary>
    internal bool IsGeometric =>
        RotationDegrees > 0 || MinimumCropArea < 1 || FlipHorizontally > 0 || FlipVertically > 0 || ElasticDeviation > 0;

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">One is out of range; the message names it and its range.</exception>
    public void Validate()
    {
        Between(RotationDegrees, 0, 180, "rotationDegrees");
        Between(MinimumCropArea, 0.01, 1, "minimumCropArea");
        Between(FlipHorizontally, 0, 1, "flipHorizontally");
        Between(FlipVertically, 0, 1, "flipVertically");
        Between(ElasticDeviation, 0, 0.1, "elasticDeviation");
        Between(Brightness, 0, 1, "brightness");
        Between(Contrast, 0, 1, "contrast");
        Between(Saturation, 0, 1, "saturation");
        Between(Gamma, 0, 4, "gamma");
        Between(BlurSigma, 0, 20, "blurSigma");
        Between(NoiseDeviation, 0, 100, "noiseDeviation");
        if (MixUpAlpha != 0)
            Between(MixUpAlpha, 0.05, 4, "mixUpAlpha");
    }

    private static void Between(double value, double low, double high, string name)
    {
        if (!(value >= low && value <= high))
            throw new ArgumentException($"augmentation: {name} is {value}; it must be {low} to {high}.");
    }
}
