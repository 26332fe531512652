using SamTune.Imaging;

namespace SamTune.Inference.Scenes;

/// <summary>How a scene is cut into tiles and put together again. Where its pixels are not as wide as high, tiles that are square on the ground have sides of different lengths.</summary>
public sealed record TilingOptions
{
    /// <summary>Smallest side of a tile, in pixels: the smallest of a recipe (16), in a scene of pixels four times as large.</summary>
    public const int SmallestTile = 4;

    /// <summary>Largest side of a tile, in pixels.</summary>
    public const int LargestTile = 16384;

    /// <summary>The options used when none are given.</summary>
    public static TilingOptions Default { get; } = new();

    /// <summary>From top to bottom.</summary>
    public TileAxis Rows { get; init; } = new(1024, 128);

    /// <summary>From left to right.</summary>
    public TileAxis Columns { get; init; } = new(1024, 128);

    /// <summary>
    /// A prompt that no tile holds whole goes to the tiles that hold at least this share of its box, or that its box fills to at least this share.
    /// </summary>
    public double MinimumBoxShare { get; init; } = 0.05;

    /// <summary>Automatic masks of two tiles whose parts in the overlap have at least this IoU are one object.</summary>
    public double MergeOverlap { get; init; } = 0.5;

    /// <summary>Tiles with as many rows as columns.</summary>
    /// <param name="length">Side of a tile, in pixels of the scene.</param>
    /// <param name="overlap">How far neighbours overlap, in pixels of the scene.</param>
    public static TilingOptions Square(int length, int overlap) => new() { Rows = new TileAxis(length, overlap), Columns = new TileAxis(length, overlap) };

    /// <summary>Checks all values together.</summary>
    /// <exception cref="InputException">A value is out of its range.</exception>
    public void Validate()
    {
        foreach (TileAxis axis in new[] { Rows, Columns })
        {
            Require(axis.Length is >= SmallestTile and <= LargestTile, "tile", axis.Length, $"{SmallestTile} to {LargestTile} pixels");
            Require(axis.Overlap >= 0 && axis.Overlap <= axis.Length / 2, "overlap", axis.Overlap, $"0 to half a tile ({axis.Length / 2} pixels)");
        }

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
