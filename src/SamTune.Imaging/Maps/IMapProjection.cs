namespace SamTune.Imaging.Maps;

/// <summary>Between longitude and latitude on an ellipsoid and metres of a map.</summary>
internal interface IMapProjection
{
    /// <summary>Metres of longitude and latitude in degrees.</summary>
    (double X, double Y) Project(double longitude, double latitude);

    /// <summary>Longitude and latitude in degrees of metres.</summary>
    (double Longitude, double Latitude) Unproject(double x, double y);
}
