using System.Text.Json;

namespace SamTune.Checkpoints.Formats.SafeTensors;

/// <summary>
/// Reads safetensors: eight bytes with the header's length, the header in JSON, then the tensors' bytes without a gap
/// (https://github.com/huggingface/safetensors#format).
/// </summary>
internal static class SafeTensorsReader
{
    /// <summary>The format's own limit on the header.</summary>
    public const long LongestHeader = 100_000_000;

    public const string MetadataKey = "__metadata__";

    private const int LengthBytes = 8;

    public static Checkpoint Open(FileSource source)
    {
        SafeTensorsFile file = Read(source);
        return new Checkpoint(source.Path, CheckpointFormat.SafeTensors, file.Tensors, file.Locations, file.Metadata, [source]);
    }

    /// <summary>Reads and checks the header of one file.</summary>
    public static SafeTensorsFile Read(FileSource source)
    {
        byte[] lengthBytes = source.ReadArray(0, LengthBytes);
        ulong headerLength = BitConverter.ToUInt64(lengthBytes);
        if (headerLength > LongestHeader)
        {
            throw new CheckpointException($"{source.Label}: claims a header of {headerLength} bytes; safetensors allows {LongestHeader}: the file is damaged or no safetensors.");
        }

        byte[] header = source.ReadArray(LengthBytes, (int)headerLength);
        try
        {
            JsonDocumentOptions options = new() { MaxDepth = 4, AllowDuplicateProperties = false };
            using JsonDocument document = JsonDocument.Parse(header, options);
            return Interpret(source, document.RootElement, LengthBytes + (long)headerLength);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            // GetString reports broken UTF-8 as an invalid operation.
            string reason = Printable.Escape(exception.Message.TrimEnd('.'));
            throw new CheckpointException($"{source.Label}: the safetensors header is not valid JSON ({reason}); the file is damaged: download it again.", exception);
        }
    }

    private static SafeTensorsFile Interpret(FileSource source, JsonElement root, long dataStart)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new CheckpointException($"{source.Label}: the safetensors header is a JSON {root.ValueKind}, needed is an object; the file is damaged.");
        }

        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        List<(TensorEntry Entry, long Begin, long End)> tensors = [];
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name == MetadataKey)
            {
                ReadMetadata(source, property.Value, metadata);
            }
            else
            {
                tensors.Add(ReadEntry(source, property.Name, property.Value));
            }
        }

        tensors.Sort(static (left, right) => (left.Begin, left.End).CompareTo((right.Begin, right.End)));
        CheckCoverage(source, tensors, dataStart);
        return new SafeTensorsFile(
            tensors.ConvertAll(static tensor => tensor.Entry),
            tensors.ConvertAll(tensor => new TensorLocation(source, dataStart + tensor.Begin, null)),
            metadata);
    }

    private static void ReadMetadata(FileSource source, JsonElement value, Dictionary<string, string> metadata)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new CheckpointException($"{source.Label}: '{MetadataKey}' is a JSON {value.ValueKind}, needed is an object of strings; the file is damaged.");
        }

        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
            {
                throw new CheckpointException(
                    $"{source.Label}: {Printable.Quote(property.Name)} in '{MetadataKey}' is a JSON {property.Value.ValueKind}, needed is a string; the file is damaged.");
            }

            metadata.Add(property.Name, property.Value.GetString()!);
        }
    }

    private static (TensorEntry Entry, long Begin, long End) ReadEntry(FileSource source, string name, JsonElement value)
    {
        string place = $"{source.Label}: {Printable.Quote(name)}";
        if (value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty("dtype", out JsonElement type) || type.ValueKind != JsonValueKind.String
            || !value.TryGetProperty("shape", out JsonElement shape) || shape.ValueKind != JsonValueKind.Array
            || !value.TryGetProperty("data_offsets", out JsonElement offsets) || offsets.ValueKind != JsonValueKind.Array
            || offsets.GetArrayLength() != 2)
        {
            throw new CheckpointException($"{place} lacks a dtype, shape or pair of data_offsets; the file is damaged.");
        }

        string typeName = type.GetString()!;
        if (!SafeTensorsTypes.TryParse(typeName, out TensorElementType elementType))
        {
            throw new CheckpointException(
                $"{place} has the element type {Printable.Quote(typeName)}, which is not read; needed is one of {SafeTensorsTypes.AllNames}: convert it in Python first.");
        }

        List<long> sizes = [];
        foreach (JsonElement size in shape.EnumerateArray())
        {
            sizes.Add(NonNegative(size, place, "shape"));
        }

        TensorEntry entry = new(name, elementType, sizes);
        long begin = NonNegative(offsets[0], place, "data_offsets");
        long end = NonNegative(offsets[1], place, "data_offsets");
        long needed;
        try
        {
            needed = entry.ByteCount;
        }
        catch (OverflowException exception)
        {
            throw new CheckpointException($"{place} claims the shape {entry.ShapeText}, more than any file holds; the file is damaged.", exception);
        }

        if (end < begin || end - begin != needed)
        {
            throw new CheckpointException(
                $"{place} has the bytes {begin} to {end}, but {entry.ShapeText} of {typeName} takes {needed} bytes; the file is damaged.");
        }

        return (entry, begin, end);
    }

    private static long NonNegative(JsonElement value, string place, string key) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= 0
            ? number
            : throw new CheckpointException($"{place} has {Printable.Quote(value.GetRawText())} in its {key}, needed is a whole number from 0; the file is damaged.");

    private static void CheckCoverage(FileSource source, List<(TensorEntry Entry, long Begin, long End)> tensors, long dataStart)
    {
        long available = source.Length - dataStart;
        long position = 0;
        foreach ((TensorEntry entry, long begin, long end) in tensors)
        {
            string place = $"{source.Label}: {Printable.Quote(entry.Name)}";
            if (end > available)
            {
                throw new CheckpointException($"{place} ends at byte {end} of the data, but the file holds {available}; it is truncated: download or copy it again.");
            }

            if (begin < position)
            {
                throw new CheckpointException($"{place} begins at byte {begin}, inside another tensor that ends at {position}; overlapping tensors are refused: the file is damaged.");
            }

            if (begin > position)
            {
                throw new CheckpointException($"{place} begins at byte {begin}, but the tensor before it ends at {position}; gaps are refused: the file is damaged.");
            }

            position = end;
        }

        if (position != available)
        {
            throw new CheckpointException($"{source.Label}: holds {available} bytes of data, but its tensors take {position}; the file is damaged: download it again.");
        }
    }
}
