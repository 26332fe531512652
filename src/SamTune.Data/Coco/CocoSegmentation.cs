using System.Text.Json;
using System.Text.Json.Serialization;
using NetTopologySuite.Geometries;
using SamTune.Imaging;
using SamTune.Imaging.Maps;

namespace SamTune.Data.Coco;

/// <summary>The shape of an object in one of COCO's three notations: polygons, run lengths as numbers, run lengths as text.</summary>
/// <param name="Polygons">Outlines, each x, y, x, y ... in pixels from the upper left corner of the picture; null for run lengths.</param>
/// <param name="Size">[height, width] of run lengths.</param>
/// <param name="Counts">Run lengths as numbers.</param>
/// <param name="CompressedCounts">Run lengths as text.</param>
internal sealed record CocoSegmentation(
    IReadOnlyList<double[]>? Polygons, IReadOnlyList<int>? Size = null, IReadOnlyList<int>? Counts = null, string? CompressedCounts = null)
{
    private const int NumbersOfATriangle = 6;

    /// <summary>
    /// The pixels of the object: of a polygon those whose centres lie in it (COCO's own tools first round corners to a fifth of a pixel, so
    /// that single pixels at the edge may differ); several polygons are one object.
    /// </summary>
    /// <param name="size">Size of the picture.</param>
    /// <exception cref="InputException">The shape is damaged or of a picture of another size.</exception>
    public BinaryMask ToMask(ImageSize size)
    {
        if (Polygons == null)
        {
            if (Size is not [int height, int width])
                throw new InputException("RLE mask: no size [height, width] beside the counts; export the mask again.");
            if (height != size.Height || width != size.Width)
            {
                throw new InputException(
                    $"RLE mask: the size is {width}x{height}; its picture is {size}: export the masks at the picture's size.");
            }

            RunLength mask = CompressedCounts != null ? RunLength.FromCompressedString(size, CompressedCounts) : new RunLength(size, Counts!);
            return mask.Decode();
        }

        var shape = GeometryFactory.Default.CreateMultiPolygon([.. Polygons.Select(ToPolygon)]);
        return MaskPolygons.Rasterise(shape, size);
    }

    private static Polygon ToPolygon(double[] numbers)
    {
        if (numbers.Length < NumbersOfATriangle || numbers.Length % 2 != 0)
            throw new InputException($"polygon: {numbers.Length} numbers; x, y of three corners or more are needed: remove or mend it.");
        var corners = new Coordinate[(numbers.Length / 2) + 1];
        for (int i = 0; i < numbers.Length / 2; i++)
            corners[i] = new Coordinate(numbers[2 * i], numbers[(2 * i) + 1]);
        corners[^1] = corners[0];
        return GeometryFactory.Default.CreatePolygon(corners);
    }
}

/// <summary>Reads and writes the three notations.</summary>
internal sealed class CocoSegmentationConverter : JsonConverter<CocoSegmentation>
{
    public override CocoSegmentation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            return new CocoSegmentation(
                JsonSerializer.Deserialize<double[][]>(ref reader, options) is { } polygons && !polygons.Contains(null!)
                    ? polygons
                    : throw new JsonException("a polygon is null"));
        }

        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("a segmentation is a list of polygons or an object with 'size' and 'counts'");

        int[]? size = null, counts = null;
        string? text = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string? name = reader.GetString();
            reader.Read();
            if (name == "size")
                size = JsonSerializer.Deserialize<int[]>(ref reader, options);
            else if (name == "counts" && reader.TokenType == JsonTokenType.String)
                text = reader.GetString();
            else if (name == "counts")
                counts = JsonSerializer.Deserialize<int[]>(ref reader, options);
            else
                reader.Skip();
        }

        return counts == null && text == null
            ? throw new JsonException("run lengths without 'counts'")
            : new CocoSegmentation(null, size, counts, text);
    }

    public override void Write(Utf8JsonWriter writer, CocoSegmentation value, JsonSerializerOptions options)
    {
        if (value.Polygons != null)
        {
            JsonSerializer.Serialize(writer, value.Polygons, options);
            return;
        }

        writer.WriteStartObject();
        writer.WritePropertyName("size");
        JsonSerializer.Serialize(writer, value.Size, options);
        if (value.CompressedCounts != null)
        {
            writer.WriteString("counts", value.CompressedCounts);
        }
        else
        {
            writer.WritePropertyName("counts");
            JsonSerializer.Serialize(writer, value.Counts, options);
        }

        writer.WriteEndObject();
    }
}
