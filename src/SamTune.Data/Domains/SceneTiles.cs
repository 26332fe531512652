using SamTune.Data.Preprocessing;
using SamTune.Imaging;

namespace SamTune.Data.Domains;

/// <summary>How much of a scene a tile covers, the same in training and prediction.</summary>
public static class SceneTiles
{
    // Of 64 pixels at 0.3 m, 64 x 0.3 / 0.3 is a little more than 64.
    private const double Rounding = 1e-6;

    /// <summary>Sides of a tile in pixels of a scene: the recipe's side at its resolution covers N metres, and the tile as many.</summary>
    /// <param name="settings">The recipe.</param>
    /// <param name="resolution">The scene's ground resolution; null where it is not known, so that its pixels are taken as they are.</param>
    /// <returns>Height and width, each at least 1.</returns>
    /// <exception cref="InputException">A resolution is no positive number.</exception>
    public static (int Height, int Width) SideInScene(SceneSettings settings, GroundResolution? resolution)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (resolution is not { } own)
            return (settings.TileSide, settings.TileSide);
        GroundResolution target = Target(settings, own);
        return (Side(target.Y / own.Y), Side(target.X / own.X));

        int Side(double factor) => (int)Math.Clamp(Math.Round(settings.TileSide * factor), 1, int.MaxValue / 2);
    }

    /// <summary>Size of the picture that the model sees of a part of a scene: at the recipe's ground resolution, where the scene has one.</summary>
    /// <param name="settings">The recipe.</param>
    /// <param name="resolution">The scene's ground resolution; null where it is not known, so that its pixels are taken as they are.</param>
    /// <param name="part">The part, in pixels of the scene.</param>
    /// <exception cref="InputException">A resolution is no positive number, or the picture has more pixels than one can.</exception>
    public static ImageSize PictureSize(SceneSettings settings, GroundResolution? resolution, ImageSize part)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return resolution is { } own ? ResolutionPlan.For(part, own, settings.MetresPerPixel).Size : part;
    }

    /// <summary>The side of a recipe's tiles that cover a part of a scene: <see cref="SideInScene"/> with it is no less than the part.</summary>
    /// <param name="settings">The recipe.</param>
    /// <param name="resolution">The scene's ground resolution; null where it is not known.</param>
    /// <param name="part">The part, in pixels of the scene.</param>
    /// <returns>In pixels at the recipe's ground resolution.</returns>
    /// <exception cref="InputException">A resolution is no positive number.</exception>
    internal static int SideThatCovers(SceneSettings settings, GroundResolution? resolution, ImageSize part)
    {
        if (resolution is not { } own)
            return part.LongSide;
        GroundResolution target = Target(settings, own);
        return (int)Math.Min(int.MaxValue / 2, Math.Ceiling(Math.Max(part.Height * own.Y / target.Y, part.Width * own.X / target.X) - Rounding));
    }

    /// <summary>
    /// The recipe with the resolution that scenes of it have come to: where all are too coarse for the one asked for, and alike, it is their own. Of them it makes the same pictures, of finer scenes
    /// pictures like theirs.
    /// </summary>
    /// <param name="settings">The recipe.</param>
    /// <param name="resolutions">Of the scenes; null where one is not known.</param>
    /// <exception cref="InputException">A resolution is no positive number.</exception>
    internal static SceneSettings AtOwnResolution(SceneSettings settings, IReadOnlyList<GroundResolution?> resolutions)
    {
        if (resolutions.Count == 0 || resolutions[0] is not { } first)
            return settings;
        bool areKept = resolutions.All(r => r is { } own && IsLike(own.X, first.X) && IsLike(own.Y, first.X) && ResolutionPlan.For(own, settings.MetresPerPixel).Message != null);
        return areKept ? settings with { MetresPerPixel = first.X } : settings;

        // So near that no tile gets a pixel more or less.
        static bool IsLike(double one, double other) => Math.Abs(one - other) <= 1e-5 * other;
    }

    private static GroundResolution Target(SceneSettings settings, GroundResolution own) => ResolutionPlan.For(own, settings.MetresPerPixel).Resolution;
}
