using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Scenes;

namespace SamTune.Data.Domains;

/// <summary>Layouts whose pictures are taken whole: COCO, Pascal VOC, manifests. Their masks belong to the picture as it is stored, so that a recipe for scenes cannot bring it to another resolution or cut it into tiles.</summary>
internal static class WholeScenes
{
    /// <summary>Refuses a recipe for scenes where it would have changed the size of a picture.</summary>
    /// <param name="spec">The recipe.</param>
    /// <param name="source">The data set, for the message.</param>
    /// <param name="files">Its pictures; of each the header is read, where the recipe is for scenes.</param>
    /// <exception cref="InputException">A picture cannot be read, has another ground resolution than the recipe's, or is larger than a tile.</exception>
    public static void Require(PreprocessingSpec spec, string source, IEnumerable<string> files)
    {
        if (spec.Scene is not { } settings)
            return;
        foreach (string file in files)
        {
            using IRasterSource scene = RasterSource.Open(file);
            (int height, int width) = SceneTiles.SideInScene(settings, scene.Resolution);
            bool isResized = scene.Resolution is { } own && ResolutionPlan.For(scene.Size, own, settings.MetresPerPixel).Size != scene.Size;
            if (!isResized && scene.Size.Height <= height && scene.Size.Width <= width)
                continue;
            string reason = isResized
                ? FormattableString.Invariant($"has {scene.Resolution} a pixel and the recipe for scenes {settings.MetresPerPixel} m")
                : $"is {scene.Size}, more than a tile of the recipe for scenes ({width}x{height})";
            throw new InputException(
                $"{file}: {reason}, but {source} takes pictures whole, as they are stored; lay scenes out as images/ and masks/ (GeoTIFF) or by a tasks.json, which resize and tile them, or leave the recipe for scenes out.");
        }
    }
}
