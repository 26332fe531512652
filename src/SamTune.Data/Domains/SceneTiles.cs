using SamTune.Data.Preprocessing;
using SamTune.Imaging;

namespace SamTune.Data.Domains;

/// <summary>How much of a scene a tile covers, the same in training and prediction.</summary>
public static class SceneTiles
{
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
        GroundResolution target = ResolutionPlan.For(new ImageSize(1, 1), own, settings.MetresPerPixel).Resolution;
        return (Side(target.Y / own.Y), Side(target.X / own.X));

        int Side(double factor) => (int)Math.Clamp(Math.Round(settings.TileSide * factor), 1, int.MaxValue / 2);
    }
}
