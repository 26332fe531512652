namespace SamTune.Imaging.Maps;

/// <summary>Lambert's conformal conic projection with two standard parallels (EPSG Guidance Note 7-2, method 9802).</summary>
internal sealed class LambertConformalConic : IMapProjection
{
    private const double Degree = Math.PI / 180;

    private readonly Ellipsoid _ellipsoid;
    private readonly double _centralMeridian, _falseEasting, _falseNorthing, _cone, _scale, _radiusOfOrigin;

    /// <summary>Creates the projection; angles are degrees, the false origin metres.</summary>
    public LambertConformalConic(Ellipsoid ellipsoid, double latitudeOfOrigin, double centralMeridian, double firstParallel, double secondParallel, double falseEasting, double falseNorthing)
    {
        (_ellipsoid, _centralMeridian, _falseEasting, _falseNorthing) = (ellipsoid, centralMeridian, falseEasting, falseNorthing);
        double first = Isometric(firstParallel), second = Isometric(secondParallel);
        _cone = (Math.Log(Parallel(firstParallel)) - Math.Log(Parallel(secondParallel))) / (second - first);
        _scale = ellipsoid.SemiMajorAxis * Parallel(firstParallel) * Math.Exp(_cone * first) / _cone;
        _radiusOfOrigin = Radius(Isometric(latitudeOfOrigin));
    }

    /// <inheritdoc/>
    public (double X, double Y) Project(double longitude, double latitude)
    {
        double radius = Radius(Isometric(latitude)), angle = _cone * (longitude - _centralMeridian) * Degree;
        return (_falseEasting + (radius * Math.Sin(angle)), _falseNorthing + _radiusOfOrigin - (radius * Math.Cos(angle)));
    }

    /// <inheritdoc/>
    public (double Longitude, double Latitude) Unproject(double x, double y)
    {
        double east = x - _falseEasting, south = _radiusOfOrigin - (y - _falseNorthing);
        double isometric = Math.Log(_scale / Math.Sqrt((east * east) + (south * south))) / _cone;
        return (_centralMeridian + (Math.Atan2(east, south) / _cone / Degree), _ellipsoid.LatitudeOfIsometric(isometric) / Degree);
    }

    private double Isometric(double latitude) => _ellipsoid.IsometricLatitude(latitude * Degree);

    private double Radius(double isometric) => _scale * Math.Exp(-_cone * isometric);

    // Radius of a parallel, in semi-major axes.
    private double Parallel(double latitude)
    {
        double sine = Math.Sin(latitude * Degree);
        return Math.Cos(latitude * Degree) / Math.Sqrt(1 - (_ellipsoid.EccentricitySquared * sine * sine));
    }
}
