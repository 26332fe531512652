namespace SamTune.Imaging.Maps;

/// <summary>
/// The transverse Mercator projection of the WGS 84 ellipsoid by Krueger's series to fourth order in the third flattening, better than a micrometre inside a UTM zone (Karney 2011,
/// "Transverse Mercator with an accuracy of a few nanometers", Journal of Geodesy 85, equations 7-12, 14, 19-21, 35 and 36).
/// </summary>
internal sealed class TransverseMercator(double centralMeridian, double scale, double falseEasting, double falseNorthing)
{
    private const double ThirdFlattening = Wgs84.Flattening / (2 - Wgs84.Flattening);
    private const int Orders = 4;

    private static readonly double s_radius = Wgs84.SemiMajorAxis / (1 + ThirdFlattening) * (1 + (Power(2) / 4) + (Power(4) / 64));

    private static readonly double[] s_forward =
    [
        (ThirdFlattening / 2) - (2 * Power(2) / 3) + (5 * Power(3) / 16) + (41 * Power(4) / 180),
        (13 * Power(2) / 48) - (3 * Power(3) / 5) + (557 * Power(4) / 1440),
        (61 * Power(3) / 240) - (103 * Power(4) / 140),
        49561 * Power(4) / 161280,
    ];

    private static readonly double[] s_inverse =
    [
        (ThirdFlattening / 2) - (2 * Power(2) / 3) + (37 * Power(3) / 96) - (Power(4) / 360),
        (Power(2) / 48) + (Power(3) / 15) - (437 * Power(4) / 1440),
        (17 * Power(3) / 480) - (37 * Power(4) / 840),
        4397 * Power(4) / 161280,
    ];

    /// <summary>Metres of longitude and latitude in degrees.</summary>
    public (double X, double Y) Project(double longitude, double latitude)
    {
        double lambda = (longitude - centralMeridian) * Math.PI / 180;
        double t = ConformalTangent(Math.Tan(latitude * Math.PI / 180));
        double xi = Math.Atan2(t, Math.Cos(lambda)), eta = Math.Asinh(Math.Sin(lambda) / Math.Sqrt((t * t) + Math.Pow(Math.Cos(lambda), 2)));
        (double dXi, double dEta) = Series(s_forward, xi, eta);
        return (falseEasting + (scale * s_radius * (eta + dEta)), falseNorthing + (scale * s_radius * (xi + dXi)));
    }

    /// <summary>Longitude and latitude in degrees of metres.</summary>
    public (double Longitude, double Latitude) Unproject(double x, double y)
    {
        double xi = (y - falseNorthing) / (scale * s_radius), eta = (x - falseEasting) / (scale * s_radius);
        (double dXi, double dEta) = Series(s_inverse, xi, eta);
        (xi, eta) = (xi - dXi, eta - dEta);
        double wanted = Math.Sin(xi) / Math.Sqrt(Math.Pow(Math.Sinh(eta), 2) + Math.Pow(Math.Cos(xi), 2));
        double lambda = Math.Atan2(Math.Sinh(eta), Math.Cos(xi));
        // Newton's method; three steps reach the last digit for the eccentricity of the Earth.
        double t = wanted;
        for (int i = 0; i < 5; i++)
        {
            double found = ConformalTangent(t);
            t += (wanted - found) / Math.Sqrt(1 + (found * found)) * (1 + ((1 - Wgs84.EccentricitySquared) * t * t))
                / ((1 - Wgs84.EccentricitySquared) * Math.Sqrt(1 + (t * t)));
        }

        return (centralMeridian + (lambda * 180 / Math.PI), Math.Atan(t) * 180 / Math.PI);
    }

    private static double Power(int exponent) => Math.Pow(ThirdFlattening, exponent);

    private static double ConformalTangent(double t)
    {
        double e = Math.Sqrt(Wgs84.EccentricitySquared), secant = Math.Sqrt(1 + (t * t));
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
