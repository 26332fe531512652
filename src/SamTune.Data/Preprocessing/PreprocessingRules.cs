using SamTune.Imaging;

namespace SamTune.Data.Preprocessing;

/// <summary>What a recipe must fulfil.</summary>
internal static class PreprocessingRules
{
    /// <summary>Checks all values together.</summary>
    /// <exception cref="InputException">A value is out of its range or one is missing.</exception>
    public static void Check(PreprocessingSpec spec, string source)
    {
        if (spec.Version is < 1 or > PreprocessingSpec.CurrentVersion)
        {
            throw new InputException(
                $"{source}: preprocessing version is {spec.Version}; this program reads versions 1 to {PreprocessingSpec.CurrentVersion}: update it, or "
                    + "write the recipe anew.");
        }

        if (!Enum.IsDefined(spec.Mapping) || !Enum.IsDefined(spec.Region))
        {
            throw new InputException(
                $"{source}: preprocessing mapping {spec.Mapping} or region {spec.Region} is unknown; choose one of "
                    + $"{string.Join(", ", Enum.GetNames<IntensityMapping>())}.");
        }

        if (!(spec.LowPercentile >= 0 && spec.LowPercentile < spec.HighPercentile && spec.HighPercentile <= 100))
        {
            throw new InputException(
                $"{source}: preprocessing percentiles are {spec.LowPercentile} and {spec.HighPercentile}; 0 <= low < high <= 100 is "
                    + "needed, such as 0.5 and 99.5.");
        }

        if (!(spec.Deviations > 0 && double.IsFinite(spec.Deviations)))
            throw new InputException($"{source}: preprocessing deviations is {spec.Deviations}; a positive number is needed, such as 3.");
        CheckWindows(spec, source);
        if (spec.Scene is { TileSide: < SceneSettings.SmallestTileSide or > SceneSettings.LargestTileSide } tiles)
            throw new InputException($"{source}: preprocessing scene has tileSide {tiles.TileSide}; {SceneSettings.SmallestTileSide} to {SceneSettings.LargestTileSide} pixels are needed, such as {SceneSettings.UsualTileSide}.");
        if (spec.LocalContrast is { } contrast && !(contrast.WindowShare is > 0 and <= 1 && contrast.ClipLimit is >= 1 and <= 40))
        {
            throw new InputException(
                $"{source}: preprocessing localContrast has windowShare {contrast.WindowShare} and clipLimit {contrast.ClipLimit}; above 0 to 1 and 1 to 40 are needed, such as 0.125 and 2.");
        }

        if (spec.Scene is { } scene && !(Enum.IsDefined(scene.NearInfrared) && scene.MetresPerPixel > 0 && double.IsFinite(scene.MetresPerPixel)))
        {
            throw new InputException(
                $"{source}: preprocessing scene has nearInfrared {scene.NearInfrared} and metresPerPixel {scene.MetresPerPixel}; a known choice and a positive number are needed, such as drop and 0.3.");
        }
    }

    private static void CheckWindows(PreprocessingSpec spec, string source)
    {
        if (spec.ChannelWindows is { } windows && !(IsWindow(windows.Red) && IsWindow(windows.Green) && IsWindow(windows.Blue)))
            throw new InputException($"{source}: preprocessing channelWindows are {windows.Red}, {windows.Green} and {windows.Blue}; low < high is needed for each.");
        if (spec.Mapping != IntensityMapping.Window || spec.ChannelWindows is not null)
            return;

        if (!(spec.WindowLow is { } low && spec.WindowHigh is { } high && IsWindow(new IntensityRange(low, high))))
        {
            throw new InputException(
                $"{source}: preprocessing window is {spec.WindowLow?.ToString() ?? "nothing"} to "
                    + $"{spec.WindowHigh?.ToString() ?? "nothing"}; windowLow < windowHigh are needed, such as -160 and 240 for CT of the "
                    + "abdomen.");
        }
    }

    private static bool IsWindow(IntensityRange range) => double.IsFinite(range.Low) && double.IsFinite(range.High) && range.Low < range.High;
}
