using SamTune.Imaging;

namespace SamTune.Evaluation.Tests.Metrics;

/// <summary>The surface metrics straight from their definition: every corner against every corner, no window, no transform.</summary>
internal static class BruteForce
{
    public static (double SurfaceDice, double Distance) Measure(BinaryMask a, BinaryMask b, PixelSpacing spacing, double tolerance)
    {
        if (a.Area == 0 || b.Area == 0)
        {
            return a.Area == b.Area ? (1, 0) : (0, double.PositiveInfinity);
        }

        var first = Elements(a, spacing);
        var second = Elements(b, spacing);
        var there = Distances(first, second);
        var back = Distances(second, first);
        double total = there.Concat(back).Sum(e => e.Length);
        double within = there.Concat(back).Where(e => e.Distance <= tolerance * (1 + 1e-9)).Sum(e => e.Length);
        return (within / total, Math.Max(Percentile(there), Percentile(back)));
    }

    private static List<(double Y, double X, double Length)> Elements(BinaryMask mask, PixelSpacing spacing)
    {
        var elements = new List<(double, double, double)>();
        for (int y = 0; y <= mask.Size.Height; y++)
        {
            for (int x = 0; x <= mask.Size.Width; x++)
            {
                double length = Length(At(mask, y - 1, x - 1), At(mask, y - 1, x), At(mask, y, x - 1), At(mask, y, x), spacing);
                if (length > 0)
                {
                    elements.Add((y * spacing.Y, x * spacing.X, length));
                }
            }
        }

        return elements;
    }

    // The contour crosses the middle of each of the four sides whose ends differ. Two crossings are joined by one straight piece; four
    // by two half diagonals.
    private static double Length(bool upperLeft, bool upperRight, bool lowerLeft, bool lowerRight, PixelSpacing spacing)
    {
        var crossings = new List<(double Y, double X)>();
        void Side(bool one, bool other, double y, double x)
        {
            if (one != other)
            {
                crossings.Add((y * spacing.Y, x * spacing.X));
            }
        }

        Side(upperLeft, upperRight, -0.5, 0);
        Side(lowerLeft, lowerRight, 0.5, 0);
        Side(upperLeft, lowerLeft, 0, -0.5);
        Side(upperRight, lowerRight, 0, 0.5);
        return crossings.Count switch
        {
            0 => 0,
            2 => Hypotenuse(crossings[0].Y - crossings[1].Y, crossings[0].X - crossings[1].X),
            _ => 2 * Hypotenuse(spacing.Y / 2, spacing.X / 2),
        };
    }

    private static List<(double Distance, double Length)> Distances(
        List<(double Y, double X, double Length)> from, List<(double Y, double X, double Length)> to) =>
        [.. from.Select(f => (to.Min(t => Hypotenuse(f.Y - t.Y, f.X - t.X)), f.Length))];

    private static double Percentile(List<(double Distance, double Length)> elements)
    {
        double total = elements.Sum(e => e.Length);
        return elements.Select(e => e.Distance).Order().First(
            d => elements.Where(e => e.Distance <= d + 1e-9).Sum(e => e.Length) >= 0.95 * total * (1 - 1e-9));
    }

    private static bool At(BinaryMask mask, int y, int x) => y >= 0 && x >= 0 && y < mask.Size.Height && x < mask.Size.Width && mask[y, x];

    private static double Hypotenuse(double y, double x) => Math.Sqrt(y * y + x * x);
}
