using SamTune.Imaging;

namespace SamTune.Inference.Scenes;

/// <summary>
/// Adds up the logits of one object's tiles, each weighted by a tapered cosine (Tukey) window: 1 inside the tile, falling as half a Hann window over the overlap
/// towards each edge. Rows are kept from the first that is not finished. Memory is four bytes a pixel of those rows over the tiles' columns.
/// </summary>
/// <param name="columns">First and last column (exclusive) that the tiles cover.</param>
/// <param name="tiles">How far tiles overlap: the length of the falling edges.</param>
internal sealed class LogitBlend((int First, int End) columns, TilingOptions tiles)
{
    private readonly List<float[]> _rows = [];
    private int _top = -1;

    /// <summary>Weight of a pixel along one axis of a tile; positive everywhere.</summary>
    /// <param name="position">From 0.</param>
    /// <param name="length">Pixels of the tile along the axis.</param>
    /// <param name="overlap">Length of the falling edge.</param>
    public static float Weight(int position, int length, int overlap)
    {
        int fromEdge = Math.Min(position, length - 1 - position);
        if (fromEdge >= overlap)
        {
            return 1;
        }

        double sine = Math.Sin(Math.PI / 2 * (fromEdge + 0.5) / overlap);
        return (float)(sine * sine);
    }

    /// <summary>Adds a tile.</summary>
    /// <param name="tile">Where it lies in the scene; not above rows that were taken.</param>
    /// <param name="logits">(H, W) of the tile, row-major.</param>
    public void Add(PixelWindow tile, float[] logits)
    {
        if (_top < 0)
        {
            _top = tile.Y;
        }

        while (_top + _rows.Count < tile.Bottom)
        {
            _rows.Add(new float[columns.End - columns.First]);
        }

        float[] across = [.. Enumerable.Range(0, tile.Width).Select(x => Weight(x, tile.Width, tiles.Columns.Overlap))];
        for (int y = 0; y < tile.Height; y++)
        {
            float down = Weight(y, tile.Height, tiles.Rows.Overlap);
            Span<float> row = _rows[tile.Y + y - _top].AsSpan(tile.X - columns.First, tile.Width);
            ReadOnlySpan<float> added = logits.AsSpan(y * tile.Width, tile.Width);
            for (int x = 0; x < row.Length; x++)
            {
                row[x] += down * across[x] * added[x];
            }
        }
    }

    /// <summary>Gives the object's pixels in rows that no further tile touches, and lets the rows go.</summary>
    /// <param name="end">The row after the last of them.</param>
    public IEnumerable<PixelRun> Take(int end)
    {
        int count = Math.Clamp(end - _top, 0, _rows.Count);
        for (int r = 0; r < count; r++)
        {
            float[] row = _rows[r];
            for (int x = 0; x < row.Length; x++)
            {
                // The threshold is 0, so the weighted sum decides as the weighted mean would.
                if (row[x] > PredictedMask.Threshold)
                {
                    int start = x;
                    while (x < row.Length && row[x] > PredictedMask.Threshold)
                    {
                        x++;
                    }

                    yield return new PixelRun(_top + r, columns.First + start, columns.First + x);
                }
            }
        }

        _rows.RemoveRange(0, count);
        _top += count;
    }
}
