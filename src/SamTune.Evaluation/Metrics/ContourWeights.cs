using SamTune.Imaging;

namespace SamTune.Evaluation.Metrics;

/// <summary>
/// How long (how large) the contour is that passes between four pixels (eight voxels), by which of them are set. Bit 1 is the pixel at x, y;
/// 2 the one at x + 1; 4 and 8 the same at y + 1; 16 to 128 the same four at z + 1.
/// </summary>
internal static class ContourWeights
{
    // Corners of each face of a cube in cyclic order; a corner is numbered x + 2y + 4z.
    private static readonly int[][] s_faces = [[0, 1, 3, 2], [4, 5, 7, 6], [0, 1, 5, 4], [2, 3, 7, 6], [0, 2, 6, 4], [1, 3, 7, 5]];

    /// <summary>Lengths by code, 16 of them, in millimetres: marching squares, which joins the middles of the sides whose ends differ.</summary>
    /// <param name="spacing">Millimetres a pixel.</param>
    public static double[] Lengths(PixelSpacing spacing)
    {
        double diagonal = Math.Sqrt(spacing.X * spacing.X + spacing.Y * spacing.Y);
        var lengths = new double[16];
        for (int code = 1; code < 15; code++)
        {
            lengths[code] = code switch
            {
                0b1100 or 0b0011 => spacing.X,
                0b1010 or 0b0101 => spacing.Y,
                0b1001 or 0b0110 => diagonal,
                _ => diagonal / 2,
            };
        }

        return lengths;
    }

    /// <summary>
    /// Areas by code, 256 of them, in square millimetres: marching cubes (Lorensen and Cline 1987). On each face of the cube the contour is that
    /// of marching squares, which cuts set corners off one by one where there is a choice; the closed loops that this gives are spanned by triangles around
    /// their middle, so that the area does not depend on where a loop begins.
    /// </summary>
    /// <param name="spacing">Millimetres a voxel.</param>
    public static double[] Areas(VoxelSpacing spacing)
    {
        var areas = new double[256];
        for (int code = 1; code < 255; code++)
        {
            areas[code] = Loops(code).Sum(loop => Area([.. loop.Select(edge => Middle(edge, spacing))]));
        }

        return areas;
    }

    // An edge is named by its two corners, the smaller first; each cut edge lies on two faces and so has two neighbours.
    private static IEnumerable<List<(int, int)>> Loops(int code)
    {
        var neighbours = new Dictionary<(int, int), List<(int, int)>>();
        void Join((int, int) one, (int, int) other)
        {
            (neighbours.TryGetValue(one, out var first) ? first : neighbours[one] = []).Add(other);
            (neighbours.TryGetValue(other, out var second) ? second : neighbours[other] = []).Add(one);
        }

        bool IsSet(int corner) => (code >> corner & 1) != 0;
        foreach (int[] face in s_faces)
        {
            (int, int)[] edges = [.. Enumerable.Range(0, 4).Select(i => Edge(face[i], face[(i + 1) % 4]))];
            int[] cut = [.. Enumerable.Range(0, 4).Where(i => IsSet(face[i]) != IsSet(face[(i + 1) % 4]))];
            if (cut.Length == 2)
            {
                Join(edges[cut[0]], edges[cut[1]]);
            }
            else if (cut.Length == 4)
            {
                int set = IsSet(face[0]) ? 0 : 1;
                Join(edges[(set + 3) % 4], edges[set]);
                Join(edges[set + 1], edges[(set + 2) % 4]);
            }
        }

        while (neighbours.Count > 0)
        {
            (int, int) start = neighbours.Keys.First(), current = start, before = (-1, -1);
            List<(int, int)> loop = [];
            do
            {
                loop.Add(current);
                List<(int, int)> ways = neighbours[current];
                neighbours.Remove(current);
                (before, current) = (current, ways[0] != before ? ways[0] : ways[1]);
            }
            while (current != start);
            yield return loop;
        }
    }

    private static (int, int) Edge(int one, int other) => (Math.Min(one, other), Math.Max(one, other));

    private static double[] Middle((int, int) edge, VoxelSpacing spacing)
    {
        double Along(int bit, double step) => ((edge.Item1 >> bit & 1) + (edge.Item2 >> bit & 1)) / 2.0 * step;
        return [Along(0, spacing.X), Along(1, spacing.Y), Along(2, spacing.Z)];
    }

    private static double Area(double[][] loop)
    {
        double[] middle = [.. Enumerable.Range(0, 3).Select(d => loop.Average(p => p[d]))];
        double area = 0;
        for (int i = 0; i < loop.Length; i++)
        {
            double[] a = [.. loop[i].Zip(middle, (p, m) => p - m)], b = [.. loop[(i + 1) % loop.Length].Zip(middle, (p, m) => p - m)];
            double x = a[1] * b[2] - a[2] * b[1], y = a[2] * b[0] - a[0] * b[2], z = a[0] * b[1] - a[1] * b[0];
            area += Math.Sqrt(x * x + y * y + z * z) / 2;
        }

        return area;
    }
}
