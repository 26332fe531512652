using SamTune.Imaging.Maps;

namespace SamTune.Imaging.GeoTiff;

/// <summary>What a GeoTIFF says about itself; also what a new one is made from (<c>header with { ... }</c> keeps georeference and no-data value).</summary>
public sealed record GeoTiffHeader
{
    /// <summary>Height and width of the scene in pixels.</summary>
    public required ImageSize Size { get; init; }

    /// <summary>Names of the bands, as many as there are bands; null where the file gives none (GDAL's band descriptions).</summary>
    public required IReadOnlyList<string?> BandNames { get; init; }

    /// <summary>Type of the samples; the same in all bands.</summary>
    public required SampleKind StoredAs { get; init; }

    /// <summary>The value of pixels that hold no measurement (GDAL_NODATA); may be NaN; null when there is none.</summary>
    public double? NoData { get; init; }

    /// <summary>From pixels to map coordinates; null without a georeference (or with control points only).</summary>
    public GeoTransform? Transform { get; init; }

    /// <summary>The coordinate reference system as stored; null when there is none.</summary>
    public GeoKeys? GeoKeys { get; init; }

    /// <summary>How pixels are packed.</summary>
    public GeoTiffCompression Compression { get; init; } = GeoTiffCompression.Deflate;

    /// <summary>Height and width of the parts that are stored one by one: tiles, or strips, which are as wide as the scene.</summary>
    public ImageSize BlockSize { get; init; } = new(256, 256);

    /// <summary>True when the parts are tiles (sides are multiples of 16), false when they are strips.</summary>
    public bool IsTiled { get; init; } = true;

    /// <summary>True when each band is stored on its own, false when the samples of a pixel stand together.</summary>
    public bool IsPlanar { get; init; }

    /// <summary>True for offsets of 64 bits (BigTIFF); a new file that 4 GB may not do for has them anyway.</summary>
    public bool IsBigTiff { get; init; }

    /// <summary>Number of bands.</summary>
    public int Bands => BandNames.Count;

    /// <summary>The EPSG code of the coordinate reference system; null without one.</summary>
    public int? EpsgCode => GeoKeys?.EpsgCode;

    /// <summary>
    /// Metres a pixel at the centre of the scene: map units times their length for a projected system (web Mercator shrunk by the cosine of the latitude), degrees times the length of a
    /// degree on the WGS 84 ellipsoid at that latitude for a geographic one. Null without a georeference, or when the unit is not known.
    /// </summary>
    public GroundResolution? GroundResolution
    {
        get
        {
            if (Transform is not GeoTransform t || GeoKeys is not GeoKeys keys || keys.IsGeographic != keys.HasDegrees)
                return null;
            (double x, double y) = t.ToMap(Size.Width / 2.0, Size.Height / 2.0);
            (double X, double Y) unit;
            if (keys.HasDegrees)
                unit = Wgs84.MetresPerDegree(y);
            else if (keys.EpsgCode is int code && CoordinateReferenceSystem.TryFromEpsg(code, out CoordinateReferenceSystem? system))
                unit = system.MetresPerUnit(x, y);
            else if (keys.MetresPerUnit is double metres)
                unit = (metres, metres);
            else
                return null;
            return new GroundResolution(Math.Sqrt(Square(t.ColumnX * unit.X) + Square(t.ColumnY * unit.Y)), Math.Sqrt(Square(t.RowX * unit.X) + Square(t.RowY * unit.Y)));
        }
    }

    /// <summary>The coordinate reference system, to convert coordinates with.</summary>
    /// <param name="path">File, for the message.</param>
    /// <exception cref="InputException">The file has none, or none that is known here.</exception>
    public CoordinateReferenceSystem RequireCoordinateReferenceSystem(string path)
    {
        if (GeoKeys == null)
            throw new InputException($"{path}: no coordinate reference system; assign one, for example with gdal_edit.py -a_srs EPSG:32633.");
        if (EpsgCode is not int code)
            throw new InputException($"{path}: its coordinate reference system has no EPSG code; warp the scene to one that has, for example with gdalwarp -t_srs EPSG:4326.");
        return CoordinateReferenceSystem.TryFromEpsg(code, out CoordinateReferenceSystem? system) ? system : throw new InputException(
            $"{path}: {CoordinateReferenceSystem.Unknown(code)}");
    }

    private static double Square(double value) => value * value;
}
