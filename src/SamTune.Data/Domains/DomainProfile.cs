using SamTune.Data.Augmentation;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.GeoTiff;

namespace SamTune.Data.Domains;

/// <summary>A kind of imagery with the preprocessing that suits it: where to start, not a rule.</summary>
/// <param name="Name">Name on the command line and in files.</param>
/// <param name="Spec">The recipe, which carries the profile's name and version.</param>
/// <param name="Augmentation">Name of the augmentation preset (<see cref="AugmentationSpec.Presets"/>) that keeps pictures of this kind plausible.</param>
/// <param name="Description">What the recipe does, in a line.</param>
public sealed record DomainProfile(string Name, PreprocessingSpec Spec, string Augmentation, string Description)
{
    /// <summary>All profiles.</summary>
    public static IReadOnlyList<DomainProfile> All { get; } =
    [
        Of("ct", "medical", "-1024 to 3071 HU onto 0 to 255; a window shows less of it with more contrast",
            new() { Mapping = IntensityMapping.Window, WindowLow = HounsfieldWindow.Whole.Low, WindowHigh = HounsfieldWindow.Whole.High }),
        Of("mri", "medical", "z-scores of the foreground, 3 deviations to either side", new() { Mapping = IntensityMapping.ZScore }),
        Of("xray", "medical", "percentiles 0.5 to 99.5, then CLAHE", Percentiles with { LocalContrast = new() }),
        // Local equalisation would lift the speckle as well.
        Of("ultrasound", "medical", "percentiles 0.5 to 99.5", Percentiles),
        Of("microscopy", "few-shot", "percentiles 0.5 to 99.5", Percentiles),
        // All channels by the same two values: the stain's hue is what is looked at.
        Of("pathology", "few-shot", "percentiles 0.5 to 99.5, the same for all colours", Percentiles),
        Of("satellite", "satellite", "bands by name, percentiles 2 to 98 of each over the scene, 0.30 m a pixel where that enlarges at most 4 times",
            Percentiles with { LowPercentile = 2, HighPercentile = 98, PerChannel = true, Scene = new() }),
        Of("thermal", "few-shot", "percentiles 0.5 to 99.5 of radiometric samples, as grey", Percentiles),
        Of("underwater", "few-shot", "grey-world white balance, percentiles 0.5 to 99.5, then CLAHE", Percentiles with { GreyWorld = true, LocalContrast = new() }),
    ];

    private static PreprocessingSpec Percentiles => new() { Mapping = IntensityMapping.Percentile, Region = StatisticsRegion.All };

    /// <summary>Looks a profile up.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The profile; null when there is none of the name.</returns>
    public static DomainProfile? Find(string name) => All.FirstOrDefault(profile => profile.Name == name);

    /// <summary>
    /// The recipe that a scene starts from where nothing is said: 8-bit colours as they are, at the scene's own ground resolution; everything else by the satellite profile. Either cuts larger scenes
    /// into tiles.
    /// </summary>
    /// <param name="scene">The scene's header.</param>
    public static PreprocessingSpec ForScene(GeoTiffHeader scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        if (scene is not { StoredAs: SampleKind.UInt8, Bands: 1 or 3 })
            return Find("satellite")!.Spec;

        // Names such as "band 1" say nothing: three bands are then in the usual order.
        string[] names = [.. scene.BandNames.OfType<string>()];
        return PreprocessingSpec.Rgb with
        {
            Scene = new SceneSettings(MetresPerPixel: scene.GroundResolution?.Coarsest ?? ResolutionPlan.Standard)
            {
                Bands = scene.Bands == 3 && names.Length > 0 && !SceneBands.HasColours(names) ? "red,green,blue" : null,
            },
        };
    }

    // The version counts up with each change of a profile's recipe, so that artifacts say which they were trained with.
    private static DomainProfile Of(string name, string augmentation, string description, PreprocessingSpec spec, int version = 1)
        => new(name, spec with { Domain = name, DomainVersion = version }, augmentation, description);
}
