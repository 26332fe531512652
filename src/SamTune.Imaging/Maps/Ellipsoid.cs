namespace SamTune.Imaging.Maps;

/// <summary>An ellipsoid of revolution (EPSG registry).</summary>
/// <param name="SemiMajorAxis">Metres.</param>
/// <param name="InverseFlattening">1 / f.</param>
internal readonly record struct Ellipsoid(double SemiMajorAxis, double InverseFlattening)
{
    /// <summary>WGS 84 (EPSG:7030), which also stands for GRS 80: 0.1 mm apart at the poles.</summary>
    public static Ellipsoid Wgs84 => new(Maps.Wgs84.SemiMajorAxis, 1 / Maps.Wgs84.Flattening);

    /// <summary>Airy 1830 (EPSG:7001).</summary>
    public static Ellipsoid Airy => new(6_377_563.396, 299.3249646);

    /// <summary>Bessel 1841 (EPSG:7004).</summary>
    public static Ellipsoid Bessel => new(6_377_397.155, 299.1528128);

    /// <summary>f.</summary>
    public double Flattening => 1 / InverseFlattening;

    /// <summary>e squared.</summary>
    public double EccentricitySquared => Flattening * (2 - Flattening);

    /// <summary>e.</summary>
    public double Eccentricity => Math.Sqrt(EccentricitySquared);

    /// <summary>The isometric latitude: that of the sphere by which the ellipsoid is mapped without distortion of angles (Snyder 1987, USGS Professional Paper 1395, equation 3-7).</summary>
    /// <param name="latitude">Radians.</param>
    public double IsometricLatitude(double latitude)
        => Math.Asinh(Math.Tan(latitude)) - (Eccentricity * Math.Atanh(Eccentricity * Math.Sin(latitude)));

    /// <summary>The latitude of an isometric one, in radians.</summary>
    /// <param name="isometric">As <see cref="IsometricLatitude"/> gives it.</param>
    public double LatitudeOfIsometric(double isometric)
    {
        double latitude = Math.Atan(Math.Sinh(isometric));
        // Each step makes the error smaller by the eccentricity squared, about 1/150.
        for (int i = 0; i < 8; i++)
            latitude = Math.Atan(Math.Sinh(isometric + (Eccentricity * Math.Atanh(Eccentricity * Math.Sin(latitude)))));
        return latitude;
    }
}
