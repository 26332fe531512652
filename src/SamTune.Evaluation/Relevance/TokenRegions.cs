using SamTune.Imaging;
using SamTune.Modeling.Preprocessing;

namespace SamTune.Evaluation.Relevance;

/// <summary>
/// Which tokens of the encoder's map belong to an object and which to the rest of the picture. A token is inside when the object covers at least half of its patch, or
/// the most covered one is when none is; it is outside when it is not inside and the picture covers at least half of it. The padding below and beside a picture is neither.
/// </summary>
internal sealed class TokenRegions
{
    // Half a patch is half a patch however the sums of areas were rounded.
    private const double Half = 0.5 - 1e-9;

    // Block outputs are compared at this many tokens of each region, spread evenly: those of a large encoder would fill gigabytes otherwise.
    private const int LargestSelection = 64;

    private TokenRegions(int grid, int[] inside, int[] outside)
    {
        Grid = grid;
        Inside = inside;
        Outside = outside;
        SelectedInside = Spread.Evenly(inside, LargestSelection);
        SelectedOutside = Spread.Evenly(outside, LargestSelection);
    }

    /// <summary>g, the side of the token map.</summary>
    public int Grid { get; }

    /// <summary>Positions row by row, ascending; at least one.</summary>
    public int[] Inside { get; }

    /// <summary>Positions row by row, ascending; none where the object fills the picture.</summary>
    public int[] Outside { get; }

    /// <summary>Tokens inside at which block outputs are compared.</summary>
    public int[] SelectedInside { get; }

    /// <summary>Tokens outside at which block outputs are compared.</summary>
    public int[] SelectedOutside { get; }

    public static TokenRegions Of(InputFrame frame, BinaryMask mask)
    {
        int grid = frame.InputSide / frame.PatchSize;
        double[] covered = Coverage(frame, grid, mask);
        int[] inside = [.. Enumerable.Range(0, covered.Length).Where(t => covered[t] >= Half)];
        if (inside.Length == 0)
        {
            inside = [Array.IndexOf(covered, covered.Max())];
        }

        double Share(int token, int side) => Math.Clamp((double)side / frame.PatchSize - token, 0, 1);
        int[] picture = [.. Enumerable.Range(0, covered.Length)
            .Where(t => Share(t / grid, frame.Resized.Height) * Share(t % grid, frame.Resized.Width) >= Half)];
        return new TokenRegions(grid, inside, [.. picture.Except(inside)]);
    }

    /// <summary>Share of each patch that a mask covers, from the exact areas of the mask's pixels in the model's frame.</summary>
    private static double[] Coverage(InputFrame frame, int grid, BinaryMask mask)
    {
        var covered = new double[grid * grid];
        (int Token, double Length)[][] rows = Overlaps(mask.Size.Height, (double)frame.Resized.Height / mask.Size.Height / frame.PatchSize, grid);
        (int Token, double Length)[][] columns = Overlaps(mask.Size.Width, (double)frame.Resized.Width / mask.Size.Width / frame.PatchSize, grid);
        for (int y = 0; y < rows.Length; y++)
        {
            for (int x = 0; x < columns.Length; x++)
            {
                if (!mask[y, x])
                {
                    continue;
                }

                foreach ((int row, double height) in rows[y])
                {
                    foreach ((int column, double width) in columns[x])
                    {
                        covered[row * grid + column] += height * width;
                    }
                }
            }
        }

        return covered;
    }

    // For each pixel along one axis: the patches that it overlaps and by how much, in patch sides.
    private static (int Token, double Length)[][] Overlaps(int pixels, double pixel, int grid) => [.. Enumerable.Range(0, pixels).Select(i =>
    {
        double from = i * pixel, to = (i + 1) * pixel;
        int first = Math.Min((int)from, grid - 1), last = Math.Min((int)to, grid - 1);
        return Enumerable.Range(first, last - first + 1).Select(t => (t, Math.Min(to, t + 1) - Math.Max(from, t))).ToArray();
    })];
}
