namespace SamTune.Imaging.Maps;

/// <summary>
/// From a datum to WGS 84 by seven parameters in geocentric coordinates, heights taken as 0 on either ellipsoid (EPSG Guidance Note 7-2, method 9606, "Position Vector transformation").
/// </summary>
/// <param name="ellipsoid">The datum's.</param>
/// <param name="x">Metres.</param>
/// <param name="y">Metres.</param>
/// <param name="z">Metres.</param>
/// <param name="rotationX">Seconds of arc.</param>
/// <param name="rotationY">Seconds of arc.</param>
/// <param name="rotationZ">Seconds of arc.</param>
/// <param name="scale">Parts in a million.</param>
internal sealed class DatumShift(Ellipsoid ellipsoid, double x, double y, double z, double rotationX = 0, double rotationY = 0, double rotationZ = 0, double scale = 0)
{
    private const double Degree = Math.PI / 180, Second = Degree / 3600;

    private readonly double _rx = rotationX * Second, _ry = rotationY * Second, _rz = rotationZ * Second, _factor = 1 + (scale * 1e-6);

    /// <summary>Longitude and latitude of WGS 84, degrees.</summary>
    public (double Longitude, double Latitude) ToWgs84(double longitude, double latitude)
    {
        (double a, double b, double c) = Geocentric(ellipsoid, longitude, latitude);
        return Geographic(
            Ellipsoid.Wgs84, x + (_factor * (a - (_rz * b) + (_ry * c))), y + (_factor * ((_rz * a) + b - (_rx * c))), z + (_factor * ((-_ry * a) + (_rx * b) + c)));
    }

    /// <summary>Longitude and latitude of the datum, degrees.</summary>
    public (double Longitude, double Latitude) FromWgs84(double longitude, double latitude)
    {
        (double a, double b, double c) = Geocentric(Ellipsoid.Wgs84, longitude, latitude);
        (a, b, c) = ((a - x) / _factor, (b - y) / _factor, (c - z) / _factor);
        return Geographic(ellipsoid, a + (_rz * b) - (_ry * c), (-_rz * a) + b + (_rx * c), (_ry * a) - (_rx * b) + c);
    }

    private static (double X, double Y, double Z) Geocentric(Ellipsoid on, double longitude, double latitude)
    {
        double lambda = longitude * Degree, phi = latitude * Degree, sine = Math.Sin(phi);
        double normal = on.SemiMajorAxis / Math.Sqrt(1 - (on.EccentricitySquared * sine * sine));
        return (normal * Math.Cos(phi) * Math.Cos(lambda), normal * Math.Cos(phi) * Math.Sin(lambda), normal * (1 - on.EccentricitySquared) * sine);
    }

    // Bowring 1976, "Transformation from spatial to geographical coordinates", Survey Review 181: exact to far below a millimetre near the ground.
    private static (double Longitude, double Latitude) Geographic(Ellipsoid on, double a, double b, double c)
    {
        double distance = Math.Sqrt((a * a) + (b * b)), minor = on.SemiMajorAxis * (1 - on.Flattening), squared = on.EccentricitySquared;
        double theta = Math.Atan2(c * on.SemiMajorAxis, distance * minor);
        double latitude = Math.Atan2(
            c + (squared / (1 - squared) * minor * Math.Pow(Math.Sin(theta), 3)), distance - (squared * on.SemiMajorAxis * Math.Pow(Math.Cos(theta), 3)));
        return (Math.Atan2(b, a) / Degree, latitude / Degree);
    }
}
