namespace SamTune.Imaging.Maps;

/// <summary>
/// The transverse Mercator projection by Krueger's series to fourth order in the third flattening, better than a micrometre inside a UTM zone (Karney 2011,
/// "Transverse Mercator with an accuracy of a few nanometers", Journal of Geodesy 85, equations 7-12, 14, 19-21, 35 and 36).
/// </summary>
internal sealed class TransverseMercator : IMapProjection
{
    private const int Orders = 4;

    private readonly double[] _forward, _inverse;
    private readonly double _centralMeridian, _scale, _falseEasting, _falseNorthing, _radius, _squared;

    /// <summary>Creates the projection; angles are degrees, the false origin metres.</summary>
    public TransverseMercator(Ellipsoid ellipsoid, double centralMeridian, double scale, double falseEasting, double falseNorthing, double latitudeOfOrigin = 0)
    {
        (_centralMeridian, _scale, _falseEasting, _squared) = (centralMeridian, scale, falseEasting, ellipsoid.EccentricitySquared);
        double n = ellipsoid.Flattening / (2 - ellipsoid.Flattening), n2 = n * n, n3 = n2 * n, n4 = n2 * n2;
        _radius = ellipsoid.SemiMajorAxis / (1 + n) * (1 + (n2 / 4) + (n4 / 64));
        _forward =
        [
            (n / 2) - (2 * n2 / 3) + (5 * n3 / 16) + (41 * n4 / 180), (13 * n2 / 48) - (3 * n3 / 5) + (557 * n4 / 1440), (61 * n3 / 240) - (103 * n4 / 140), 49561 * n4 / 161280,
        ];
        _inverse =
        [
            (n / 2) - (2 * n2 / 3) + (37 * n3 / 96) - (n4 / 360), (n2 / 48) + (n3 / 15) - (437 * n4 / 1440), (17 * n3 / 480) - (37 * n4 / 840), 4397 * n4 / 161280,
        ];
        _falseNorthing = falseNorthing - (latitudeOfOrigin == 0 ? 0 : Project(centralMeridian, latitudeOfOrigin).Y);
    }

    /// <inheritdoc/>
    public (double X, double Y) Project(double longitude, double latitude)
    {
        double lambda = (longitude - _centralMeridian) * Math.PI / 180;
        double t = ConformalTangent(Math.Tan(latitude * Math.PI / 180));
        double xi = Math.Atan2(t, Math.Cos(lambda)), eta = Math.Asinh(Math.Sin(lambda) / Math.Sqrt((t * t) + Math.Pow(Math.Cos(lambda), 2)));
        (double dXi, double dEta) = Series(_forward, xi, eta);
        return (_falseEasting + (_scale * _radius * (eta + dEta)), _falseNorthing + (_scale * _radius * (xi + dXi)));
    }

    /// <inheritdoc/>
    public (double Longitude, double Latitude) Unproject(double x, double y)
    {
        double xi = (y - _falseNorthing) / (_scale * _radius), eta = (x - _falseEasting) / (_scale * _radius);
        (double dXi, double dEta) = Series(_inverse, xi, eta);
        (xi, eta) = (xi - dXi, eta - dEta);
        double wanted = Math.Sin(xi) / Math.Sqrt(Math.Pow(Math.Sinh(eta), 2) + Math.Pow(Math.Cos(xi), 2));
        double lambda = Math.Atan2(Math.Sinh(eta), Math.Cos(xi));
        // Newton's method; three steps reach the last digit for the eccentricity of the Earth.
        double t = wanted;
        for (int i = 0; i < 5; i++)
        {
            double found = ConformalTangent(t);
            t += (wanted - found) / Math.Sqrt(1 + (found * found)) * (1 + ((1 - _squared) * t * t))
                / ((1 - _squared) * Math.Sqrt(1 + (t * t)));
        }

        return (_centralMeridian + (lambda * 180 / Math.PI), Math.Atan(t) * 180 / Math.PI);
    }

    private double ConformalTangent(double t)
    {
        double e = Math.Sqrt(_squared), secant = Math.Sqrt(1 + (t * t));
        double sigma = Math.Sinh(e * Math.Atanh(e * t / secant));
        return (t * Math.Sqrt(1 + (sigma * sigma))) - (sigma * secant);
    }

    private static (double Xi, double Eta) Series(double[] coefficients, double xi, double eta)
    {
        double sumXi = 0, sumEta = 0;
        for (int j = 1; j <= Orders; j++)
        {
            sumXi += coefficients[j - 1] * Math.Sin(2 * j * xi) * Math.Cosh(2 * j * eta);
            sumEta += coefficients[j - 1] * Math.Cos(2 * j * xi) * Math.Sinh(2 * j * eta);
        }

        return (sumXi, sumEta);
    }
}
