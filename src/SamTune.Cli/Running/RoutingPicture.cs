using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;

namespace SamTune.Cli.Running;

/// <summary>Pictures as a router sees them. Their domain, and with it the recipe, is not known yet: 8-bit ones are taken as they are, others from their smallest to their largest value.</summary>
internal static class RoutingPicture
{
    /// <summary>Reads a picture.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static RgbImage Read(string path)
    {
        Raster raster = ImageReader.ReadRaster(path);
        var spec = new PreprocessingSpec { Mapping = raster.StoredAs == SampleKind.UInt8 ? IntensityMapping.Rgb : IntensityMapping.MinMax };
        return new Preprocessor(spec).Apply(raster, path);
    }
}
