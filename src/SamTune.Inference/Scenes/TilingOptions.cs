using SamTune.Imaging;

namespace SamTune.Inference.Scenes;

/// <summary>How a scene is cut into tiles and put together again.</summary>
public sealed record TilingOptions
{
    /// <summary>Smallest side of a tile, in pixels.</summary>
    public const int SmallestTile = 16;

    /// <summary>Largest side of a tile, in pixels.</summary>
    public const int LargestTile = 16384;

    /// <summary>The options used when none are given.</summary>
    public static TilingOptions Default { get; } = new();

    /// <summary>Side of a tile, in pixels of the scene; the model scales it to its input.</summary>
    public int TileSize { get; init; } = 1024;

    /// <summary>How far neighbouring tiles overlap, in pixels.</summary>
    public int Overlap { get; init; } = 128;

    /// <summary>
    /// A prompt that no tile holds whole goes to the tiles that hold at least this share of its box, or that its box fills to at least this share.
    /// </summary>
    public double MinimumBoxShare { get; init; } = 0.05;

    /// <summary>Automatic masks of two tiles whose parts in the overlap have at least this IoU are one object.</summary>
    public double MergeOverlap { get; init; } = 0.5;

    /// <summary>Checks all values together.</summary>
    /// <exception cref="InputException">A value is out of its range.</exception>
    public void Validate()
    {
        Require(TileSize is >= SmallestTile and <= LargestTile, "tile", TileSize, $"{SmallestTile} to {LargestTile} pixels");
        Require(Overlap >= 0 && Overlap <= TileSize / 2, "overlap", Overlap, $"0 to half a tile ({TileSize / 2} pixels)");
        Require(MinimumBoxShare is >= 0 and <= 1, "minimum share of a box", MinimumBoxShare, "0 to 1");
        Require(MergeOverlap is > 0 and <= 1, "overlap of merged masks", MergeOverlap, "an IoU above 0, at most 1");
    }

    private static void Require(bool holds, string name, double found, string needed)
    {
        if (!holds)
        {
            throw new InputException($"tiles: {name} is {found}; needed is {needed}.");
        }
    }
}
