using NetTopologySuite.Geometries;

namespace SamTune.Imaging.Maps;

/// <summary>Between masks and polygons, without loss: polygons run along pixel edges, and filling them gives the mask back.</summary>
public static class MaskPolygons
{
    /// <summary>The polygons of a mask: one for each 4-connected piece, with its holes.</summary>
    /// <param name="mask">The mask.</param>
    /// <returns>A polygon, or a multipolygon where there are several pieces or none; in pixels, (0, 0) being the upper left corner of the first pixel.</returns>
    public static Geometry Polygonise(BinaryMask mask)
    {
        (LabelMap pieces, int count) = ConnectedComponents.Label(mask, Connectivity.Four);
        return Collect(Polygons(pieces, count));
    }

    /// <summary>The polygons of every object of a label map.</summary>
    /// <param name="labels">The labels; 0 is background.</param>
    /// <returns>By label, in ascending order: as for a mask.</returns>
    public static IReadOnlyDictionary<int, Geometry> Polygonise(LabelMap labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        (LabelMap pieces, int count) = ConnectedComponents.Label(labels, Connectivity.Four);
        var labelOf = new int[count + 1];
        for (int i = 0; i < labels.Labels.Length; i++)
            labelOf[pieces.Labels[i]] = labels.Labels[i];
        Polygon[] polygons = Polygons(pieces, count);
        var objects = new SortedDictionary<int, Geometry>();
        foreach (IGrouping<int, Polygon> group in Enumerable.Range(1, count).GroupBy(piece => labelOf[piece], piece => polygons[piece - 1]))
            objects.Add(group.Key, Collect([.. group]));
        return objects;
    }

    /// <summary>The pixels whose centres lie in a polygon.</summary>
    /// <param name="geometry">Polygon or multipolygon in pixels; parts beyond the picture are cut off.</param>
    /// <param name="size">Size of the mask.</param>
    /// <exception cref="InputException">The geometry is something else, or a coordinate is NaN or infinite.</exception>
    public static BinaryMask Rasterise(Geometry geometry, ImageSize size) => Rasterise(geometry, PixelWindow.Whole(size));

    /// <summary>The pixels of a window whose centres lie in a polygon: the same as those of the whole picture there.</summary>
    /// <param name="geometry">Polygon or multipolygon in pixels of the picture; parts beyond the window are cut off.</param>
    /// <param name="window">Which pixels.</param>
    /// <exception cref="InputException">The geometry is something else, or a coordinate is NaN or infinite.</exception>
    public static BinaryMask Rasterise(Geometry geometry, PixelWindow window)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        var pixels = new byte[window.Size.PixelCount];
        foreach (Polygon polygon in Parts(geometry))
            Fill(polygon, window, pixels);
        return new BinaryMask(window.Size, pixels);
    }

    /// <summary>The polygons that a geometry consists of.</summary>
    /// <exception cref="InputException">It is no polygon or multipolygon, or a coordinate is NaN or infinite.</exception>
    internal static IEnumerable<Polygon> Parts(Geometry geometry)
    {
        foreach (Coordinate c in geometry.Coordinates)
        {
            if (!double.IsFinite(c.X) || !double.IsFinite(c.Y))
                throw new InputException($"polygon: a corner is ({c.X}, {c.Y}); finite coordinates are needed: export the polygons again.");
        }

        return geometry switch
        {
            Polygon polygon => polygon.IsEmpty ? [] : [polygon],
            MultiPolygon many => many.Geometries.Cast<Polygon>().Where(p => !p.IsEmpty),
            _ => throw new InputException($"geometry: {geometry.GeometryType}; polygons and multipolygons are needed: leave points and lines out."),
        };
    }

    /// <summary>The same geometry with every corner moved.</summary>
    internal static Geometry Move(Geometry geometry, Func<double, double, (double X, double Y)> map)
    {
        return Collect([.. Parts(geometry).Select(p => p.Factory.CreatePolygon(Ring(p.Shell), [.. p.Holes.Select(Ring)]))]);

        LinearRing Ring(LineString ring)
        {
            Coordinate[] corners = Array.ConvertAll(ring.Coordinates, c =>
            {
                (double x, double y) = map(c.X, c.Y);
                return new Coordinate(x, y);
            });
            return geometry.Factory.CreateLinearRing(corners);
        }
    }

    private static Polygon[] Polygons(LabelMap pieces, int count)
    {
        var shells = new LinearRing[count];
        var holes = new List<LinearRing>?[count];
        foreach (PixelRing ring in PixelOutlines.Trace(pieces))
        {
            LinearRing line = GeometryFactory.Default.CreateLinearRing([.. ring.Corners.Select(c => new Coordinate(c.X, c.Y))]);
            if (ring.IsHole)
                (holes[ring.Piece - 1] ??= []).Add(line);
            else
                shells[ring.Piece - 1] = line;
        }

        return [.. Enumerable.Range(0, count).Select(i => GeometryFactory.Default.CreatePolygon(shells[i], [.. holes[i] ?? []]))];
    }

    private static Geometry Collect(Polygon[] polygons) => polygons.Length == 1 ? polygons[0] : GeometryFactory.Default.CreateMultiPolygon(polygons);

    // By the even-odd rule over all rings, so that holes stay open.
    private static void Fill(Polygon polygon, PixelWindow window, byte[] pixels)
    {
        var crossings = new List<double>?[window.Height];
        Cross(polygon.Shell, window, crossings);
        foreach (LineString hole in polygon.Holes)
            Cross(hole, window, crossings);
        for (int y = 0; y < window.Height; y++)
        {
            if (crossings[y] is not { } row)
                continue;
            row.Sort();
            for (int i = 0; i + 1 < row.Count; i += 2)
            {
                int from = FirstCentre(row[i], window.X, window.Right), to = FirstCentre(row[i + 1], window.X, window.Right);
                if (to > from)
                    pixels.AsSpan((y * window.Width) + from - window.X, to - from).Fill(1);
            }
        }
    }

    private static int FirstCentre(double x, int first, int end) => (int)Math.Ceiling(Math.Clamp(x - 0.5, first, end));

    private static void Cross(LineString ring, PixelWindow window, List<double>?[] crossings)
    {
        Coordinate[] corners = ring.Coordinates;
        for (int i = 0; i + 1 < corners.Length; i++)
        {
            (Coordinate a, Coordinate b) = corners[i].Y <= corners[i + 1].Y ? (corners[i], corners[i + 1]) : (corners[i + 1], corners[i]);
            int first = FirstCentre(a.Y, window.Y, window.Bottom), last = FirstCentre(b.Y, window.Y, window.Bottom);
            for (int y = first; y < last; y++)
                (crossings[y - window.Y] ??= []).Add(a.X + ((b.X - a.X) * ((y + 0.5 - a.Y) / (b.Y - a.Y))));
        }
    }
}
