using NetTopologySuite.Geometries;
using SamTune.Imaging.GeoTiff;

namespace SamTune.Imaging.Maps;

/// <summary>Polygons of the objects of a label file. Of the file the box of one object is in memory at a time.</summary>
public static class LabelPolygons
{
    /// <summary>The polygons of some objects; an object of which no pixel is left, because others lie on top of it, is left out.</summary>
    /// <param name="path">A label file of one band with 16 or 32 bits without sign.</param>
    /// <param name="objects">For each object its label, a box that holds it, and its score.</param>
    /// <returns>Polygons in pixels of the file; read as they are asked for.</returns>
    /// <exception cref="InputException">The file cannot be read, or holds other samples.</exception>
    public static IEnumerable<MapFeature> Read(string path, IEnumerable<(int Label, PixelWindow Box, double? Score)> objects)
    {
        ArgumentNullException.ThrowIfNull(objects);
        using GeoTiffReader reader = GeoTiffReader.Open(path);
        foreach ((int label, PixelWindow box, double? score) in objects)
        {
            BinaryMask mask = Mask(path, reader, label, box);
            if (mask.Area == 0)
                continue;
            Geometry placed = MaskPolygons.Move(MaskPolygons.Polygonise(mask), (x, y) => (x + box.X, y + box.Y));
            yield return new MapFeature(placed, Score: score) { Label = label };
        }
    }

    private static BinaryMask Mask(string path, GeoTiffReader reader, int label, PixelWindow box) => new(box.Size, reader.Header switch
    {
        { Bands: 1, StoredAs: SampleKind.UInt16 } => Array.ConvertAll(reader.ReadSamples<ushort>(box), v => v == label ? (byte)1 : (byte)0),
        { Bands: 1, StoredAs: SampleKind.UInt32 } => Array.ConvertAll(reader.ReadSamples<uint>(box), v => v == label ? (byte)1 : (byte)0),
        _ => throw new InputException($"{path}: {reader.Header.Bands} bands of {reader.Header.StoredAs}; labels have one band of UInt16 or UInt32."),
    });
}
