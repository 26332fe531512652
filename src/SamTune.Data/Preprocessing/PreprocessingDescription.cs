using static System.FormattableString;

namespace SamTune.Data.Preprocessing;

/// <summary>A recipe in a few words, for messages that name it.</summary>
internal static class PreprocessingDescription
{
    public static string Of(PreprocessingSpec spec)
    {
        List<string> parts = [];
        if (spec.Scene is { } scene)
            parts.Add(Invariant($"near infrared {Dashed(scene.NearInfrared.ToString())}, {scene.MetresPerPixel:0.####} m a pixel, tiles of {scene.TileSide}"));
        if (spec.GreyWorld)
            parts.Add("grey-world");
        parts.Add(Mapping(spec));
        if (spec.LocalContrast is { } contrast)
            parts.Add(Invariant($"CLAHE {contrast.ClipLimit}"));
        string text = string.Join(", ", parts);
        return spec.Domain is { } domain ? $"{domain} ({text})" : text;
    }

    private static string Mapping(PreprocessingSpec spec) => spec.Mapping switch
    {
        IntensityMapping.Window when spec.ChannelWindows is { } w => $"windows {Of(w.Red)}, {Of(w.Green)}, {Of(w.Blue)}",
        IntensityMapping.Window => Invariant($"window {spec.WindowLow} to {spec.WindowHigh}"),
        IntensityMapping.Percentile => Invariant($"percentile {spec.LowPercentile} to {spec.HighPercentile} of {Region(spec)}"),
        IntensityMapping.ZScore => Invariant($"z-score, {spec.Deviations} deviations of {Region(spec)}"),
        IntensityMapping.MinMax => "min-max",
        _ => "rgb",
    };

    private static string Of(IntensityRange range) => Invariant($"{range.Low} to {range.High}");

    private static string Region(PreprocessingSpec spec) => (spec.Region == StatisticsRegion.All ? "all" : "the foreground") + (spec.PerChannel ? " of each channel" : "");

    private static string Dashed(string name) => string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
