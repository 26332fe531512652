namespace SamTune.Data.Augmentation;

/// <summary>
/// A smooth random displacement: normal displacements on a coarse grid of 3 x 3 cells, interpolated by a uniform cubic B-spline (Ronneberger
/// et al. 2015, "U-Net", section 3.1, with a spline in place of bicubic interpolation: it has no kinks and does not overshoot).
/// </summary>
internal sealed class ElasticField
{
    private const int Cells = 3;

    // A cubic B-spline needs one control point before the first cell and two behind the last one's start.
    private const int Points = Cells + 3;

    private readonly double[] _x = new double[Points * Points];
    private readonly double[] _y = new double[Points * Points];

    private ElasticField()
    {
    }

    /// <summary>Draws a field.</summary>
    /// <param name="deviation">Standard deviation of a control point's displacement along each axis, pixels.</param>
    /// <param name="random">Source of randomness.</param>
    public static ElasticField Draw(double deviation, Random random)
    {
        var field = new ElasticField();
        for (int i = 0; i < Points * Points; i++)
        {
            field._x[i] = deviation * random.NextNormal();
            field._y[i] = deviation * random.NextNormal();
        }

        return field;
    }

    /// <summary>The displacement, in pixels, at a place given as shares of width and height, 0..1.</summary>
    public (double X, double Y) At(double across, double down)
    {
        (int column, Weights horizontal) = Place(across);
        (int row, Weights vertical) = Place(down);
        double x = 0, y = 0;
        for (int j = 0; j < 4; j++)
        {
            int start = (row + j) * Points + column;
            x += vertical[j] * Row(_x, start, horizontal);
            y += vertical[j] * Row(_y, start, horizontal);
        }

        return (x, y);
    }

    private static double Row(double[] values, int start, in Weights w) =>
        w.A * values[start] + w.B * values[start + 1] + w.C * values[start + 2] + w.D * values[start + 3];

    private static (int Cell, Weights Weights) Place(double share)
    {
        double position = share * Cells;
        int cell = Math.Min((int)position, Cells - 1);
        double t = position - cell, s = 1 - t;
        return (cell, new Weights(s * s * s / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * s * s * s - 6 * s * s + 4) / 6, t * t * t / 6));
    }

    // The four basis functions of a cell; they sum to 1.
    private readonly record struct Weights(double A, double B, double C, double D)
    {
        public double this[int i] => i switch { 0 => A, 1 => B, 2 => C, _ => D };
    }
}
