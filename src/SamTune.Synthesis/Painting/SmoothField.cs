namespace SamTune.Synthesis.Painting;

/// <summary>Random surfaces without edges: value noise, a coarse grid of random numbers with smooth steps between them.</summary>
internal static class SmoothField
{
    /// <summary>A square field.</summary>
    /// <param name="side">Height and width, in pixels.</param>
    /// <param name="cells">Grid cells along a side; more are finer.</param>
    /// <param name="random">Source of randomness.</param>
    /// <returns>(side, side) values in -1..1.</returns>
    public static float[] Draw(int side, int cells, Random random)
    {
        int nodes = cells + 1;
        var grid = new float[nodes * nodes];
        for (int i = 0; i < grid.Length; i++)
        {
            grid[i] = 2 * random.NextSingle() - 1;
        }

        (int Cell, float Share)[] places = [.. Enumerable.Range(0, side).Select(p =>
        {
            float position = (p + 0.5f) * cells / side, share = position - (int)position;
            return ((int)position, share * share * (3 - 2 * share));
        })];
        var field = new float[side * side];
        for (int y = 0; y < side; y++)
        {
            (int row, float down) = places[y];
            for (int x = 0; x < side; x++)
            {
                (int column, float right) = places[x];
                int corner = row * nodes + column;
                float top = grid[corner] + right * (grid[corner + 1] - grid[corner]);
                float bottom = grid[corner + nodes] + right * (grid[corner + nodes + 1] - grid[corner + nodes]);
                field[y * side + x] = top + down * (bottom - top);
            }
        }

        return field;
    }

    /// <summary>Coarse and fine fields added up.</summary>
    /// <param name="side">Height and width, in pixels.</param>
    /// <param name="cells">Grid cells of the coarsest.</param>
    /// <param name="octaves">Fields; each is twice as fine and half as strong as the one before.</param>
    /// <param name="random">Source of randomness.</param>
    public static float[] DrawOctaves(int side, int cells, int octaves, Random random)
    {
        float[] sum = Draw(side, cells, random);
        for (int octave = 1; octave < octaves && cells << octave < side; octave++)
        {
            float[] finer = Draw(side, cells << octave, random);
            float strength = 1f / (1 << octave);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += strength * finer[i];
            }
        }

        return sum;
    }
}
