namespace SamTune.Imaging.Maps;

/// <summary>The ellipsoid of WGS 84 (NGA.STND.0036). That of GRS 80 differs from it by 0.1 mm at the poles.</summary>
internal static class Wgs84
{
    public const double SemiMajorAxis = 6_378_137;
    public const double Flattening = 1 / 298.257223563;
    public const double EccentricitySquared = Flattening * (2 - Flattening);

    /// <summary>Metres of one degree along the parallel and along the meridian (Snyder 1987, USGS Professional Paper 1395, equations 4-20 and 4-18).</summary>
    /// <param name="latitude">Degrees.</param>
    public static (double East, double North) MetresPerDegree(double latitude)
    {
        double phi = latitude * Math.PI / 180, w = 1 - (EccentricitySquared * Math.Pow(Math.Sin(phi), 2));
        double east = SemiMajorAxis / Math.Sqrt(w) * Math.Cos(phi), north = SemiMajorAxis * (1 - EccentricitySquared) / Math.Pow(w, 1.5);
        return (east * Math.PI / 180, north * Math.PI / 180);
    }
}
