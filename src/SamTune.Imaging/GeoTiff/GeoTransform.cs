namespace SamTune.Imaging.GeoTiff;

/// <summary>
/// From pixels to map coordinates: <c>x = OriginX + column * ColumnX + row * RowX</c>, <c>y = OriginY + column * ColumnY + row * RowY</c>. Columns and rows count from the outer
/// corner of the first pixel, so that its centre is (0.5, 0.5), whatever the file's raster type says (GDAL's affine transform, in another order of its numbers).
/// </summary>
/// <param name="OriginX">x of the outer corner of the first pixel, in units of the coordinate system.</param>
/// <param name="ColumnX">Change of x from one column to the next.</param>
/// <param name="RowX">Change of x from one row to the next; 0 without rotation.</param>
/// <param name="OriginY">y of the outer corner of the first pixel.</param>
/// <param name="ColumnY">Change of y from one column to the next; 0 without rotation.</param>
/// <param name="RowY">Change of y from one row to the next; below 0 where north is up.</param>
public readonly record struct GeoTransform(double OriginX, double ColumnX, double RowX, double OriginY, double ColumnY, double RowY)
{
    /// <summary>Signed area of a pixel in map units squared.</summary>
    public double Determinant => (ColumnX * RowY) - (RowX * ColumnY);

    /// <summary>A picture with north up and square or rectangular pixels.</summary>
    /// <param name="originX">x of the upper left corner.</param>
    /// <param name="originY">y of the upper left corner.</param>
    /// <param name="pixelWidth">Width of a pixel in map units, above 0.</param>
    /// <param name="pixelHeight">Height of a pixel in map units, above 0.</param>
    public static GeoTransform NorthUp(double originX, double originY, double pixelWidth, double pixelHeight) => new(originX, pixelWidth, 0, originY, 0, -pixelHeight);

    /// <summary>The map coordinates of a place in the picture.</summary>
    /// <param name="column">Columns from the left edge; 0.5 is the centre of the first.</param>
    /// <param name="row">Rows from the upper edge.</param>
    public (double X, double Y) ToMap(double column, double row) => (OriginX + (column * ColumnX) + (row * RowX), OriginY + (column * ColumnY) + (row * RowY));

    /// <summary>The place in the picture of map coordinates.</summary>
    /// <param name="x">x in map units.</param>
    /// <param name="y">y in map units.</param>
    public (double Column, double Row) ToPixel(double x, double y)
    {
        (double dx, double dy) = (x - OriginX, y - OriginY);
        return (((dx * RowY) - (dy * RowX)) / Determinant, ((dy * ColumnX) - (dx * ColumnY)) / Determinant);
    }

    /// <summary>The transform of a part of the picture.</summary>
    /// <param name="window">The part.</param>
    public GeoTransform Of(PixelWindow window)
    {
        (double x, double y) = ToMap(window.X, window.Y);
        return this with { OriginX = x, OriginY = y };
    }

    /// <summary>Refuses numbers that map nothing.</summary>
    /// <param name="path">File, for the message.</param>
    /// <exception cref="InputException">A number is NaN or infinite, or pixels have no area.</exception>
    public void Validate(string path)
    {
        double[] numbers = [OriginX, ColumnX, RowX, OriginY, ColumnY, RowY];
        if (!Array.TrueForAll(numbers, double.IsFinite))
            throw new InputException($"{path}: the transform from pixels to the map is [{string.Join(", ", numbers)}]; finite numbers are needed: georeference the file again.");
        if (Determinant == 0 || !double.IsFinite(Determinant))
            throw new InputException($"{path}: the transform from pixels to the map is [{string.Join(", ", numbers)}], by which a pixel has no area; georeference the file again.");
    }
}
