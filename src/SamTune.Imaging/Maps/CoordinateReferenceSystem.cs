using System.Diagnostics.CodeAnalysis;

namespace SamTune.Imaging.Maps;

/// <summary>
/// A coordinate reference system that is known by its EPSG code: longitude and latitude, web Mercator, the UTM zones of WGS 84 and of the datums that agree with it to about a metre (ETRS89, NAD83,
/// SIRGAS 2000, GDA94, GDA2020: EPSG lists null transformations between them and WGS 84), Lambert-93 of France (RGF93, which agrees too), LV95 of Switzerland (three parameters, to a metre by EPSG:1676)
/// and the British National Grid (seven parameters, EPSG:1314: to about 5 m; the centimetres of OSTN15 need its grid). x is east or longitude, y north or latitude, whatever order the registry has.
/// </summary>
public sealed class CoordinateReferenceSystem
{
    private const int WebMercatorCode = 3857;
    private const double UtmScale = 0.9996, UtmFalseEasting = 500_000, UtmSouthNorthing = 10_000_000;

    // First and last code, zone of the first, hemisphere and name; each zone has the code after that of the zone before (EPSG registry).
    private static readonly (int First, int Last, int Zone, char Hemisphere, string Datum)[] s_utm =
    [
        (32601, 32660, 1, 'N', "WGS 84"),
        (32701, 32760, 1, 'S', "WGS 84"),
        (25828, 25838, 28, 'N', "ETRS89"),
        (26901, 26923, 1, 'N', "NAD83"),
        (31965, 31976, 11, 'N', "SIRGAS 2000"),
        (31977, 31985, 17, 'S', "SIRGAS 2000"),
        (28348, 28358, 48, 'S', "GDA94"),
        (7846, 7859, 46, 'S', "GDA2020"),
    ];

    private static readonly (int Code, string Name)[] s_geographic =
        [(4326, "WGS 84"), (4258, "ETRS89"), (4171, "RGF93 v1"), (4269, "NAD83"), (4674, "SIRGAS 2000"), (4283, "GDA94"), (7844, "GDA2020")];

    private readonly IMapProjection? _projection;
    private readonly DatumShift? _shift;

    private CoordinateReferenceSystem(int code, string name, IMapProjection? projection = null, DatumShift? shift = null)
    {
        EpsgCode = code;
        Name = name;
        _projection = projection;
        _shift = shift;
    }

    /// <summary>Longitude and latitude of WGS 84 in degrees, EPSG:4326.</summary>
    public static CoordinateReferenceSystem Wgs84Degrees { get; } = FromEpsg(4326);

    /// <summary>Code in the EPSG registry.</summary>
    public int EpsgCode { get; }

    /// <summary>Name, such as "WGS 84 / UTM zone 25S".</summary>
    public string Name { get; }

    /// <summary>True when coordinates are degrees of longitude and latitude; otherwise they are metres.</summary>
    public bool IsGeographic => _projection == null && EpsgCode != WebMercatorCode;

    /// <summary>A system by its code.</summary>
    /// <param name="code">Code in the EPSG registry.</param>
    /// <exception cref="InputException">The code is none of those known.</exception>
    public static CoordinateReferenceSystem FromEpsg(int code)
        => TryFromEpsg(code, out CoordinateReferenceSystem? system) ? system : throw new InputException(Unknown(code));

    /// <summary>A system by its code, where it is known.</summary>
    /// <param name="code">Code in the EPSG registry.</param>
    /// <param name="system">The system; null when it is not known.</param>
    public static bool TryFromEpsg(int code, [NotNullWhen(true)] out CoordinateReferenceSystem? system)
    {
        system = code == WebMercatorCode ? new CoordinateReferenceSystem(code, "WGS 84 / Pseudo-Mercator") : National(code);
        foreach ((int known, string name) in s_geographic)
        {
            if (known == code)
                system = new CoordinateReferenceSystem(code, name);
        }

        foreach ((int first, int last, int firstZone, char hemisphere, string datum) in s_utm)
        {
            if (code < first || code > last)
                continue;
            int zone = firstZone + code - first;
            string name = datum.StartsWith("GDA", StringComparison.Ordinal) ? $"{datum} / MGA zone {zone}" : $"{datum} / UTM zone {zone}{hemisphere}";
            var projection = new TransverseMercator(Ellipsoid.Wgs84, (6 * zone) - 183, UtmScale, UtmFalseEasting, hemisphere == 'S' ? UtmSouthNorthing : 0);
            system = new CoordinateReferenceSystem(code, name, projection);
        }

        return system != null;
    }

    /// <summary>Longitude and latitude of WGS 84 in degrees.</summary>
    /// <param name="x">East in metres, or longitude in degrees.</param>
    /// <param name="y">North in metres, or latitude in degrees.</param>
    public (double Longitude, double Latitude) ToWgs84(double x, double y)
    {
        if (_projection != null)
        {
            (double longitude, double latitude) = _projection.Unproject(x, y);
            return _shift == null ? (longitude, latitude) : _shift.ToWgs84(longitude, latitude);
        }

        if (IsGeographic)
            return (x, y);
        // EPSG Guidance Note 7-2, "Popular Visualisation Pseudo-Mercator" (method 1024).
        return (x / Wgs84.SemiMajorAxis * 180 / Math.PI, Math.Atan(Math.Sinh(y / Wgs84.SemiMajorAxis)) * 180 / Math.PI);
    }

    /// <summary>Coordinates of this system.</summary>
    /// <param name="longitude">Longitude of WGS 84 in degrees.</param>
    /// <param name="latitude">Latitude of WGS 84 in degrees.</param>
    public (double X, double Y) FromWgs84(double longitude, double latitude)
    {
        if (_projection != null)
        {
            (double ownLongitude, double ownLatitude) = _shift == null ? (longitude, latitude) : _shift.FromWgs84(longitude, latitude);
            return _projection.Project(ownLongitude, ownLatitude);
        }

        return IsGeographic
            ? (longitude, latitude)
            : (longitude * Math.PI / 180 * Wgs84.SemiMajorAxis, Math.Asinh(Math.Tan(latitude * Math.PI / 180)) * Wgs84.SemiMajorAxis);
    }

    /// <summary>Metres on the ground of one unit of x and of y at a place. A projected system counts as true to scale (UTM is, to 0.1 %, Lambert-93 to 0.3 %); web Mercator stretches both by the secant of the latitude.</summary>
    /// <param name="x">x of the place.</param>
    /// <param name="y">y of the place.</param>
    public (double X, double Y) MetresPerUnit(double x, double y)
    {
        if (_projection != null)
            return (1, 1);
        double latitude = ToWgs84(x, y).Latitude;
        double shrink = Math.Cos(latitude * Math.PI / 180);
        return IsGeographic ? Wgs84.MetresPerDegree(latitude) : (shrink, shrink);
    }

    /// <inheritdoc/>
    public override string ToString() => $"EPSG:{EpsgCode} ({Name})";

    /// <summary>Why a code cannot be used and what helps.</summary>
    internal static string Unknown(int code)
        => $"EPSG:{code} cannot be converted here; known are longitude and latitude (EPSG:4326 and its like), web Mercator (EPSG:3857), UTM zones, "
            + "Lambert-93 (EPSG:2154), LV95 (EPSG:2056) and the British National Grid (EPSG:27700): warp the scene to one of them, "
            + "for example with gdalwarp -t_srs EPSG:4326.";

    // Systems of one country, with the transformation to WGS 84 that EPSG lists.
    private static CoordinateReferenceSystem? National(int code) => code switch
    {
        2154 => new(code, "RGF93 v1 / Lambert-93", new LambertConformalConic(Ellipsoid.Wgs84, 46.5, 3, 49, 44, 700_000, 6_600_000)),
        2056 => new(code, "CH1903+ / LV95", new SwissObliqueMercator(2_600_000, 1_200_000), new DatumShift(Ellipsoid.Bessel, 674.374, 15.056, 405.346)),
        27700 => new(
            code, "OSGB36 / British National Grid", new TransverseMercator(Ellipsoid.Airy, -2, 0.9996012717, 400_000, -100_000, latitudeOfOrigin: 49),
            new DatumShift(Ellipsoid.Airy, 446.448, -125.157, 542.06, 0.15, 0.247, 0.842, -20.489)),
        _ => null,
    };
}
