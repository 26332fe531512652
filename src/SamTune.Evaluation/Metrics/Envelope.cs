using SamTune.Imaging;

namespace SamTune.Evaluation.Metrics;

/// <summary>The lower envelope of one row's parabolas, read left to right (Felzenszwalb and Huttenlocher 2012, section 2.1).</summary>
internal sealed class Envelope
{
    /// <summary>Marks a column that holds no element at all.</summary>
    public const int NoElement = int.MaxValue;

    private readonly PixelSpacing _spacing;
    private readonly int[] _vertex;
    private readonly double[] _height;
    private readonly double[] _start;
    private int _count;
    private int _current;

    /// <summary>Makes room for rows of this many columns.</summary>
    public Envelope(int columns, PixelSpacing spacing)
    {
        _spacing = spacing;
        _vertex = new int[columns];
        _height = new double[columns];
        _start = new double[columns];
    }

    /// <summary>Builds the envelope of one row and goes back to its left end.</summary>
    /// <param name="rowDistance">For each column, rows to the nearest element of that column, or <see cref="NoElement"/>.</param>
    public void Build(ReadOnlySpan<int> rowDistance)
    {
        _count = 0;
        _current = 0;
        double step = _spacing.X * _spacing.X;
        for (int column = 0; column < rowDistance.Length; column++)
        {
            if (rowDistance[column] == NoElement)
            {
                continue;
            }

            double offset = rowDistance[column] * _spacing.Y;
            double height = offset * offset;
            double start = double.NegativeInfinity;
            while (_count > 0)
            {
                // Column from which the new parabola lies below the last one.
                int last = _count - 1;
                double between = column - (double)_vertex[last];
                start = ((height - _height[last]) / step / between + column + _vertex[last]) / 2;
                if (start > _start[last])
                {
                    break;
                }

                _count--;
                start = double.NegativeInfinity;
            }

            _vertex[_count] = column;
            _height[_count] = height;
            _start[_count] = start;
            _count++;
        }
    }

    /// <summary>Distance in millimetres at a column; columns are asked in rising order after each build.</summary>
    public double DistanceAt(int column)
    {
        while (_current + 1 < _count && _start[_current + 1] < column)
        {
            _current++;
        }

        double across = (column - _vertex[_current]) * _spacing.X;
        return Math.Sqrt(across * across + _height[_current]);
    }
}
