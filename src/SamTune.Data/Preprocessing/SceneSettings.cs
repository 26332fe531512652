using SamTune.Data.Domains;

namespace SamTune.Data.Preprocessing;

/// <summary>How a scene of several bands becomes colours.</summary>
/// <param name="NearInfrared">What becomes of the near infrared band.</param>
/// <param name="MetresPerPixel">Ground resolution that scenes are brought to; see <see cref="ResolutionPlan"/> for the limit.</param>
public sealed record SceneSettings(NearInfrared NearInfrared = NearInfrared.Drop, double MetresPerPixel = ResolutionPlan.Standard)
{
    /// <summary>Side of the tiles that larger scenes are cut into when nothing else is asked for.</summary>
    public const int UsualTileSide = 1024;

    /// <summary>Smallest <see cref="TileSide"/>, in pixels.</summary>
    public const int SmallestTileSide = 16;

    /// <summary>Largest <see cref="TileSide"/>, in pixels.</summary>
    public const int LargestTileSide = 16384;

    /// <summary>Names of the bands in the files' order, separated by commas; null for the files' own, and without any for red, green, blue (and near infrared).</summary>
    public string? Bands { get; init; }

    /// <summary>Side of the tiles that larger scenes are cut into, in pixels at the ground resolution that they are brought to. In the recipe of an adapter the side of the tiles that it was trained on.</summary>
    public int TileSide { get; init; } = UsualTileSide;

    /// <summary>The same with the side of tiles that are given otherwise, kept within what a recipe can say.</summary>
    /// <param name="side">In pixels at the ground resolution.</param>
    public SceneSettings WithTiles(int side) => this with { TileSide = Math.Clamp(side, SmallestTileSide, LargestTileSide) };
}
