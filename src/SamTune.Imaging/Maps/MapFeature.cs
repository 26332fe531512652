using NetTopologySuite.Geometries;

namespace SamTune.Imaging.Maps;

/// <summary>An object as a polygon.</summary>
/// <param name="Geometry">Polygon or multipolygon in pixels of the picture, (0, 0) being the upper left corner of the first pixel.</param>
/// <param name="ClassName">Name of the class; null when there is none (property "class" of a GeoJSON feature).</param>
/// <param name="Score">Predicted quality, 0..1; null when there is none (property "score").</param>
public sealed record MapFeature(Geometry Geometry, string? ClassName = null, double? Score = null)
{
    /// <summary>Number of the object in a label picture ("id" of a GeoJSON feature); null for its position in the list, from 1.</summary>
    public int? Label { get; init; }
}
