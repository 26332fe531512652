using SamTune.Imaging;

namespace SamTune.Inference.Scenes;

/// <summary>
/// Joins masks of neighbouring tiles that show the same object in the overlap. A tile is compared with those of the cells that it reaches into, of a grid whose cells are as large as the first tile,
/// so that the work for a tile does not grow with the scene.
/// </summary>
/// <param name="minimumOverlap">Least IoU of the parts in the overlap.</param>
internal sealed class MaskMerging(double minimumOverlap)
{
    private readonly List<(PixelWindow Tile, int First, int End)> _tiles = [];
    private readonly Dictionary<(int Row, int Column), List<int>> _cells = [];
    private readonly List<TileMask> _masks = [];
    private readonly List<int> _parents = [];

    /// <summary>Pairs of tiles that were looked at so far.</summary>
    public long TilesCompared { get; private set; }

    /// <summary>Adds the masks of a tile. A mask joins at most one of each earlier tile, the one it agrees with best.</summary>
    public void Add(PixelWindow tile, IReadOnlyList<TileMask> masks)
    {
        int first = _masks.Count;
        _masks.AddRange(masks);
        _parents.AddRange(Enumerable.Range(first, masks.Count));
        foreach (int number in Near(tile))
        {
            (PixelWindow other, int otherFirst, int otherEnd) = _tiles[number];
            TilesCompared++;
            if (tile.Intersect(other) is { } overlap)
            {
                Join(overlap, (otherFirst, otherEnd), (first, _masks.Count));
            }
        }

        _tiles.Add((tile, first, _masks.Count));
    }

    /// <summary>The masks that belong together, in the order in which the first of each was added.</summary>
    public IReadOnlyList<IReadOnlyList<TileMask>> Groups() =>
        [.. Enumerable.Range(0, _masks.Count).GroupBy(Root).OrderBy(g => g.Key).Select(g => g.Select(i => _masks[i]).ToList())];

    // The earlier tiles in the cells that a tile reaches into, where it is entered for later ones.
    private SortedSet<int> Near(PixelWindow tile)
    {
        PixelWindow cell = _tiles.Count > 0 ? _tiles[0].Tile : tile;
        SortedSet<int> near = [];
        for (int row = tile.Y / cell.Height; row <= (tile.Bottom - 1) / cell.Height; row++)
        {
            for (int column = tile.X / cell.Width; column <= (tile.Right - 1) / cell.Width; column++)
            {
                if (!_cells.TryGetValue((row, column), out List<int>? tiles))
                {
                    _cells[(row, column)] = tiles = [];
                }

                near.UnionWith(tiles);
                tiles.Add(_tiles.Count);
            }
        }

        return near;
    }

    private void Join(PixelWindow overlap, (int First, int End) one, (int First, int End) other)
    {
        List<(double Overlap, int One, int Other)> pairs = [];
        for (int i = one.First; i < one.End; i++)
        {
            for (int j = other.First; j < other.End; j++)
            {
                if (Meet(_masks[i].Box, _masks[j].Box) && TileMask.OverlapIn(overlap, _masks[i], _masks[j]) is double iou && iou >= minimumOverlap)
                {
                    pairs.Add((iou, i, j));
                }
            }
        }

        HashSet<int> joined = [];
        foreach ((_, int i, int j) in pairs.OrderByDescending(p => p.Overlap))
        {
            if (!joined.Contains(i) && !joined.Contains(j))
            {
                joined.Add(i);
                joined.Add(j);
                (int a, int b) = (Root(i), Root(j));
                _parents[Math.Max(a, b)] = Math.Min(a, b);
            }
        }
    }

    private static bool Meet(BoundingBox a, BoundingBox b) => a.X0 <= b.X1 && b.X0 <= a.X1 && a.Y0 <= b.Y1 && b.Y0 <= a.Y1;

    private int Root(int mask)
    {
        while (_parents[mask] != mask)
        {
            mask = _parents[mask] = _parents[_parents[mask]];
        }

        return mask;
    }
}
