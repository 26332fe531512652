namespace SamTune.Cli.Predicting;

/// <summary>Which coordinates the polygons of a scene are written in.</summary>
internal enum GeoJsonKind
{
    /// <summary>Those of the scene.</summary>
    Scene,

    /// <summary>Longitude and latitude of WGS 84.</summary>
    Wgs84,

    /// <summary>A file of each.</summary>
    Both,
}
