namespace SamTune.Imaging.Maps;

/// <summary>
/// The projection of Switzerland: conformal from the ellipsoid to a sphere, and from it onto an oblique cylinder (swisstopo 2016, "Formulas and constants for the calculation of the Swiss conformal
/// cylindrical projection and for the transformation between coordinate systems", sections 2 and 3).
/// </summary>
internal sealed class SwissObliqueMercator : IMapProjection
{
    private const double Degree = Math.PI / 180;

    // The old observatory of Bern.
    private const double LatitudeOfOrigin = 46 + (57 / 60.0) + (8.66 / 3600), LongitudeOfOrigin = 7 + (26 / 60.0) + (22.5 / 3600);

    private readonly Ellipsoid _ellipsoid = Ellipsoid.Bessel;
    private readonly double _falseEasting, _falseNorthing, _radius, _ratio, _spherical, _constant;

    /// <summary>Creates the projection; the false origin is in metres.</summary>
    public SwissObliqueMercator(double falseEasting, double falseNorthing)
    {
        (_falseEasting, _falseNorthing) = (falseEasting, falseNorthing);
        double squared = _ellipsoid.EccentricitySquared, sine = Math.Sin(LatitudeOfOrigin * Degree);
        _radius = _ellipsoid.SemiMajorAxis * Math.Sqrt(1 - squared) / (1 - (squared * sine * sine));
        _ratio = Math.Sqrt(1 + (squared / (1 - squared) * Math.Pow(Math.Cos(LatitudeOfOrigin * Degree), 4)));
        _spherical = Math.Asin(sine / _ratio);
        _constant = Math.Asinh(Math.Tan(_spherical)) - (_ratio * _ellipsoid.IsometricLatitude(LatitudeOfOrigin * Degree));
    }

    /// <inheritdoc/>
    public (double X, double Y) Project(double longitude, double latitude)
    {
        double b = Math.Atan(Math.Sinh((_ratio * _ellipsoid.IsometricLatitude(latitude * Degree)) + _constant)), l = _ratio * (longitude - LongitudeOfOrigin) * Degree;
        double turnedL = Math.Atan2(Math.Sin(l), (Math.Sin(_spherical) * Math.Tan(b)) + (Math.Cos(_spherical) * Math.Cos(l)));
        double turnedB = Math.Asin((Math.Cos(_spherical) * Math.Sin(b)) - (Math.Sin(_spherical) * Math.Cos(b) * Math.Cos(l)));
        return (_falseEasting + (_radius * turnedL), _falseNorthing + (_radius * Math.Atanh(Math.Sin(turnedB))));
    }

    /// <inheritdoc/>
    public (double Longitude, double Latitude) Unproject(double x, double y)
    {
        double turnedL = (x - _falseEasting) / _radius, turnedB = Math.Atan(Math.Sinh((y - _falseNorthing) / _radius));
        double b = Math.Asin((Math.Cos(_spherical) * Math.Sin(turnedB)) + (Math.Sin(_spherical) * Math.Cos(turnedB) * Math.Cos(turnedL)));
        double l = Math.Atan2(Math.Sin(turnedL), (Math.Cos(_spherical) * Math.Cos(turnedL)) - (Math.Sin(_spherical) * Math.Tan(turnedB)));
        return (LongitudeOfOrigin + (l / _ratio / Degree), _ellipsoid.LatitudeOfIsometric((Math.Asinh(Math.Tan(b)) - _constant) / _ratio) / Degree);
    }
}
