namespace SamTune.Imaging.Maps;

/// <summary>A ring along pixel edges: corners of pixels, closed (the last is the first again), without corners inside straight lines.</summary>
/// <param name="Piece">Number of the piece whose edge it is.</param>
/// <param name="IsHole">True for the edge of a hole of the piece.</param>
/// <param name="Corners">Corners; (0, 0) is the upper left corner of the first pixel.</param>
internal sealed record PixelRing(int Piece, bool IsHole, IReadOnlyList<(int X, int Y)> Corners);

/// <summary>
/// Follows the edges of pieces of equal pixels. Each ring touches no corner twice: where two pixels of a piece meet at a corner only, the ring is cut there, so that every piece becomes one
/// valid polygon (OGC 06-103r4, section 6.1.11.1) whose holes may touch each other or the outer ring at single points.
/// </summary>
internal static class PixelOutlines
{
    // Right, down, left, up: each turns right of the one before.
    private static readonly (int X, int Y)[] s_steps = [(1, 0), (0, 1), (-1, 0), (0, -1)];

    /// <summary>The rings of all pieces, in reading order of their first corner.</summary>
    /// <param name="pieces">4-connected pieces numbered from 1; 0 is background.</param>
    public static List<PixelRing> Trace(LabelMap pieces)
    {
        (int height, int width) = (pieces.Size.Height, pieces.Size.Width);
        // At each corner a bit for every edge that leaves it with its piece on the right, and four bits higher once it was followed.
        var edges = new byte[(height + 1L) * (width + 1)];
        for (int y = 0, i = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, i++)
            {
                int piece = pieces.Labels[i];
                if (piece == 0)
                    continue;
                long corner = (y * (width + 1L)) + x;
                if (y == 0 || pieces.Labels[i - width] != piece)
                    edges[corner] |= 1;
                if (x == width - 1 || pieces.Labels[i + 1] != piece)
                    edges[corner + 1] |= 2;
                if (y == height - 1 || pieces.Labels[i + width] != piece)
                    edges[corner + width + 2] |= 4;
                if (x == 0 || pieces.Labels[i - 1] != piece)
                    edges[corner + width + 1] |= 8;
            }
        }

        var rings = new List<PixelRing>();
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                // Every ring goes right somewhere, and its first step to the right begins at a bend.
                if ((edges[(y * (width + 1L)) + x] & 0x11) == 1)
                    Follow(edges, width + 1, x, y, pieces.Labels[(y * width) + x], rings);
            }
        }

        return rings;
    }

    private static void Follow(byte[] edges, int stride, int startX, int startY, int piece, List<PixelRing> rings)
    {
        var path = new List<(int X, int Y)>();
        var positions = new Dictionary<(int X, int Y), int>();
        (int x, int y, int direction) = (startX, startY, 0);
        int before = -1;
        do
        {
            if (direction != before)
                Bend((x, y));
            edges[((long)y * stride) + x] |= (byte)(16 << direction);
            (x, y) = (x + s_steps[direction].X, y + s_steps[direction].Y);
            before = direction;
            // Turning right first keeps to the pixel at hand where two meet at a corner.
            int leaving = edges[((long)y * stride) + x];
            direction = (direction + 1) % 4;
            while ((leaving & (1 << direction)) == 0)
                direction = (direction + 3) % 4;
        }
        while ((x, y, direction) != (startX, startY, 0));

        Bend((x, y));

        void Bend((int X, int Y) corner)
        {
            if (positions.TryGetValue(corner, out int first))
            {
                List<(int X, int Y)> ring = [.. path[first..], corner];
                foreach ((int X, int Y) passed in path.Skip(first + 1))
                    positions.Remove(passed);
                path.RemoveRange(first + 1, path.Count - first - 1);
                rings.Add(new PixelRing(piece, IsHole: TwiceArea(ring) < 0, ring));
                return;
            }

            positions.Add(corner, path.Count);
            path.Add(corner);
        }
    }

    // Above 0 when the ring turns right, as outer rings do.
    private static long TwiceArea(List<(int X, int Y)> ring)
    {
        long sum = 0;
        for (int i = 0; i + 1 < ring.Count; i++)
            sum += ((long)ring[i].X * ring[i + 1].Y) - ((long)ring[i + 1].X * ring[i].Y);
        return sum;
    }
}
