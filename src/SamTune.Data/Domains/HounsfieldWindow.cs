using SamTune.Data.Preprocessing;

namespace SamTune.Data.Domains;

/// <summary>The usual windows of computed tomography, as width and level in Hounsfield units (HU): level - width / 2 becomes 0, level + width / 2 becomes 255.</summary>
public static class HounsfieldWindow
{
    /// <summary>All that a scanner stores in 12 bits: -1024 to 3071 HU, so that a sample x becomes (x + 1024) / 4095.</summary>
    public static IntensityRange Whole { get; } = new(-1024, 3071);

    /// <summary>The windows by name.</summary>
    public static IReadOnlyDictionary<string, IntensityRange> Named { get; } = new Dictionary<string, IntensityRange>(StringComparer.Ordinal)
    {
        ["soft-tissue"] = Of(400, 40),
        ["lung"] = Of(1500, -600),
        ["bone"] = Of(1800, 400),
        ["brain"] = Of(80, 40),
    };

    /// <summary>The two ends of a window.</summary>
    /// <param name="width">HU from end to end, above 0.</param>
    /// <param name="level">HU in the middle.</param>
    public static IntensityRange Of(double width, double level) => new(level - (width / 2), level + (width / 2));
}
