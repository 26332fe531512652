using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Scenes;

namespace SamTune.Cli.Running;

/// <summary>
/// Pictures as a router sees them. Their domain, and with it the recipe, is not known yet: 8-bit ones are taken as they are, others from their smallest to their largest value. Of scenes the red,
/// green and blue bands are taken, by the names in the file or by those that the domains' recipes give to files of as many bands.
/// </summary>
internal static class RoutingPicture
{
    /// <summary>What a router sees of samples: 8-bit ones as they are, others from the smallest to the largest value.</summary>
    /// <param name="storedAs">How the file stores them.</param>
    /// <param name="scene">How a scene's bands become colours; null for other pictures.</param>
    public static PreprocessingSpec Spec(SampleKind storedAs, SceneSettings? scene) => new() { Mapping = storedAs == SampleKind.UInt8 ? IntensityMapping.Rgb : IntensityMapping.MinMax, Scene = scene };

    // What a router sees of a larger scene is its middle: features are means over it, and a part of this size has enough of them.
    private const int LargestSide = 2048;

    /// <summary>Reads a picture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bandNames">Names of bands, separated by commas, in the recipes of the domains in question; null where a recipe gives none.</param>
    /// <exception cref="InputException">It cannot be read, or nothing says which of more than four bands are red, green and blue.</exception>
    public static RgbImage Read(string path, IEnumerable<string?> bandNames)
    {
        if (RasterSource.HasGeoreference(path) || ImageReader.ReadHeader(path).Channels > 4)
        {
            using IRasterSource source = RasterSource.Open(path);
            Raster scene = source.Read(Middle(source.Size));
            if (scene.Channels > 2 && Colours(scene, path, bandNames) is { } names)
            {
                return Map(scene, path, new SceneSettings { Bands = names });
            }
        }

        return Map(ImageReader.ReadRaster(path), path, null);
    }

    private static RgbImage Map(Raster raster, string path, SceneSettings? scene) => new Preprocessor(Spec(raster.StoredAs, scene)).Apply(raster, path);

    // Names that tell which bands are the colours; null where up to four bands can be taken in their order.
    private static string? Colours(Raster scene, string path, IEnumerable<string?> bandNames)
    {
        if (SceneBands.HasColours(scene.BandNames))
        {
            return string.Join(',', scene.BandNames);
        }

        string[] fitting = [.. bandNames.OfType<string>().Distinct(StringComparer.Ordinal).Where(names => Split(names) is { } split && split.Length == scene.Channels && SceneBands.HasColours(split))];
        return fitting.Length == 1 ? fitting[0] : scene.Channels <= 4 ? null : throw new InputException(
            $"{path}: {scene.Channels} bands, {(fitting.Length == 0 ? "and neither the file nor the recipe of a domain says which" : "and the recipes of the domains differ in which")} are red, green and blue; name the bands in the file, or choose a domain by its name.");
    }

    private static string[] Split(string names) => names.Split(',', StringSplitOptions.TrimEntries);

    private static PixelWindow Middle(ImageSize size)
    {
        int width = Math.Min(size.Width, LargestSide), height = Math.Min(size.Height, LargestSide);
        return new PixelWindow((size.Width - width) / 2, (size.Height - height) / 2, width, height);
    }
}
