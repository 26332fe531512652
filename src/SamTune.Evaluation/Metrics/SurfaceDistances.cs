using SamTune.Imaging;

namespace SamTune.Evaluation.Metrics;

/// <summary>
/// Distances from every element of one mask's outline to the nearest element of the other's, and back: what surface Dice and the Hausdorff
/// distance are made of. Exact, in time proportional to the pixels of the box that holds both objects.
/// </summary>
internal sealed class SurfaceDistances
{
    private SurfaceDistances(IReadOnlyList<Element> fromFirst, IReadOnlyList<Element> fromSecond)
    {
        FromFirst = fromFirst;
        FromSecond = fromSecond;
    }

    /// <summary>Elements of the first mask's outline with their distances to the second's, in millimetres.</summary>
    public IReadOnlyList<Element> FromFirst { get; }

    /// <summary>Elements of the second mask's outline with their distances to the first's, in millimetres.</summary>
    public IReadOnlyList<Element> FromSecond { get; }

    /// <summary>Measures both directions.</summary>
    /// <param name="first">One mask.</param>
    /// <param name="second">The other mask, of the same size.</param>
    /// <param name="spacing">Millimetres a pixel, positive and finite.</param>
    /// <returns>The distances; null when at least one mask is empty and so has no outline.</returns>
    /// <exception cref="ArgumentException">The sizes differ, or the spacing is not positive and finite.</exception>
    public static SurfaceDistances? Between(BinaryMask first, BinaryMask second, PixelSpacing spacing)
    {
        MaskPair.RequireSameSize(first, second);
        if (!(spacing.X > 0 && spacing.Y > 0 && double.IsFinite(spacing.X) && double.IsFinite(spacing.Y)))
        {
            throw new ArgumentException($"Pixel spacing must be positive and finite; got {spacing.Y} x {spacing.X} mm.", nameof(spacing));
        }

        if (first.Bounds() is not { } a || second.Bounds() is not { } b)
        {
            return null;
        }

        var window = new BoundingBox(Math.Min(a.X0, b.X0), Math.Min(a.Y0, b.Y0), Math.Max(a.X1, b.X1), Math.Max(a.Y1, b.Y1));
        var firstBoundary = new Boundary(first, window, spacing);
        var secondBoundary = new Boundary(second, window, spacing);
        return new SurfaceDistances(
            Directed(firstBoundary, secondBoundary, spacing),
            Directed(secondBoundary, firstBoundary, spacing));
    }

    // Separable exact Euclidean distance transform: nearest element within each column first, then the lower envelope of one parabola a
    // column along each row (Felzenszwalb and Huttenlocher 2012, "Distance transforms of sampled functions"). Only rows and corners that
    // hold an element of the asking outline are evaluated.
    private static List<Element> Directed(Boundary from, Boundary to, PixelSpacing spacing)
    {
        int[] rowDistance = RowsToNearestInColumn(to);
        var envelope = new Envelope(to.Columns, spacing);
        var elements = new List<Element>();
        for (int row = 0; row < from.Rows; row++)
        {
            bool isBuilt = false;
            for (int column = 0; column < from.Columns; column++)
            {
                if (from.Has(row, column))
                {
                    if (!isBuilt)
                    {
                        envelope.Build(rowDistance.AsSpan(row * to.Columns, to.Columns));
                        isBuilt = true;
                    }

                    elements.Add(new Element(envelope.DistanceAt(column), from.Length(row, column)));
                }
            }
        }

        return elements;
    }

    private static int[] RowsToNearestInColumn(Boundary boundary)
    {
        int rows = boundary.Rows, columns = boundary.Columns;
        var distance = new int[rows * columns];
        for (int row = 0, i = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++, i++)
            {
                distance[i] = boundary.Has(row, column) ? 0
                    : row > 0 && distance[i - columns] != Envelope.NoElement ? distance[i - columns] + 1
                    : Envelope.NoElement;
            }
        }

        for (int i = (rows - 1) * columns - 1; i >= 0; i--)
        {
            int below = distance[i + columns];
            if (below != Envelope.NoElement)
            {
                distance[i] = Math.Min(distance[i], below + 1);
            }
        }

        return distance;
    }

    /// <summary>One element of an outline.</summary>
    /// <param name="Distance">Millimetres to the nearest element of the other outline.</param>
    /// <param name="Length">Its share of the outline, in millimetres.</param>
    internal readonly record struct Element(double Distance, double Length);
}
