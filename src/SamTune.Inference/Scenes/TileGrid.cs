using SamTune.Imaging;

namespace SamTune.Inference.Scenes;

/// <summary>
/// Overlapping tiles of one size over a scene, row by row. The last of a row or column is moved back to end with the scene, so that each tile is whole and scaled alike;
/// a scene smaller than a tile is one tile of its own size.
/// </summary>
internal sealed class TileGrid
{
    private readonly int[] _columns;
    private readonly int[] _rows;
    private readonly ImageSize _tile;

    public TileGrid(ImageSize scene, TilingOptions options)
    {
        Scene = scene;
        Options = options;
        _tile = new ImageSize(Math.Min(options.Rows.Length, scene.Height), Math.Min(options.Columns.Length, scene.Width));
        _columns = Starts(scene.Width, _tile.Width, options.Columns);
        _rows = Starts(scene.Height, _tile.Height, options.Rows);
    }

    /// <summary>Size of the scene.</summary>
    public ImageSize Scene { get; }

    /// <summary>What the tiles were made by.</summary>
    public TilingOptions Options { get; }

    /// <summary>Number of rows of tiles.</summary>
    public int Rows => _rows.Length;

    /// <summary>Tiles in each row.</summary>
    public int Columns => _columns.Length;

    /// <summary>Number of tiles.</summary>
    public int Count => _rows.Length * _columns.Length;

    /// <summary>A tile by its position in reading order.</summary>
    public PixelWindow this[int index] => new(_columns[index % Columns], _rows[index / Columns], _tile.Width, _tile.Height);

    /// <summary>The first row of pixels that no tile up to this row of tiles leaves to a later one.</summary>
    public int FinishedAfter(int row) => row + 1 < _rows.Length ? _rows[row + 1] : Scene.Height;

    private static int[] Starts(int side, int tile, TileAxis axis)
    {
        int step = axis.Length - axis.Overlap, count = side <= tile ? 1 : (side - tile + step - 1) / step + 1;
        return [.. Enumerable.Range(0, count).Select(i => Math.Min(i * step, side - tile))];
    }
}
