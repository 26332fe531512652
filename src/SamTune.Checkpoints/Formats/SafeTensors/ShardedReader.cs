using System.Text.Json;

namespace SamTune.Checkpoints.Formats.SafeTensors;

/// <summary>Reads a Hugging Face index: a JSON file whose <c>weight_map</c> says which safetensors file beside it holds each tensor.</summary>
internal static class ShardedReader
{
    private const int MostShards = 1000;

    public static Checkpoint Open(FileSource index)
    {
        if (index.Length > SafeTensorsReader.LongestHeader)
        {
            throw new CheckpointException(
                $"{index.Label}: is JSON of {index.Length} bytes; an index has at most {SafeTensorsReader.LongestHeader}: give the path of the checkpoint.");
        }

        List<FileSource> sources = [];
        try
        {
            JsonDocumentOptions options = new() { MaxDepth = 16, AllowDuplicateProperties = false };
            using JsonDocument document = JsonDocument.Parse(index.ReadArray(0, (int)index.Length), options);
            Checkpoint checkpoint = Interpret(index, document.RootElement, sources);
            index.Dispose();
            return checkpoint;
        }
        catch (Exception exception)
        {
            sources.ForEach(static source => source.Dispose());
            if (exception is JsonException or InvalidOperationException or FormatException)
            {
                string reason = Printable.Escape(exception.Message.TrimEnd('.'));
                throw new CheckpointException($"{index.Label}: is not a valid JSON index ({reason}); download it again.", exception);
            }

            throw;
        }
    }

    private static Checkpoint Interpret(FileSource index, JsonElement root, List<FileSource> sources)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("weight_map", out JsonElement map) || map.ValueKind != JsonValueKind.Object)
        {
            throw new CheckpointException($"{index.Label}: is JSON without a 'weight_map'; needed is a checkpoint or its model.safetensors.index.json.");
        }

        Dictionary<string, HashSet<string>> namesByShard = new(StringComparer.Ordinal);
        foreach (JsonProperty property in map.EnumerateObject())
        {
            string shard = ShardName(index, property);
            if (!namesByShard.TryGetValue(shard, out HashSet<string>? names))
            {
                namesByShard.Add(shard, names = new HashSet<string>(StringComparer.Ordinal));
            }

            names.Add(property.Name);
        }

        if (namesByShard.Count is 0 or > MostShards)
        {
            throw new CheckpointException($"{index.Label}: names {namesByShard.Count} files; needed are 1 to {MostShards}.");
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(index.Path))!;
        List<TensorEntry> tensors = [];
        List<TensorLocation> locations = [];
        foreach ((string shard, HashSet<string> names) in namesByShard)
        {
            FileSource source = FileSource.Open(Path.Combine(folder, shard));
            sources.Add(source);
            AddShard(index, source, names, tensors, locations);
        }

        return new Checkpoint(index.Path, CheckpointFormat.SafeTensorsSharded, tensors, locations, ReadMetadata(root), sources);
    }

    private static string ShardName(FileSource index, JsonProperty property)
    {
        string? shard = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString() : null;

        // Only files beside the index: an index from elsewhere must not open other files of this machine.
        bool plain = !string.IsNullOrEmpty(shard) && shard.AsSpan().IndexOfAny("/\\:\0") < 0 && shard is not ("." or "..");
        return plain
            ? shard!
            : throw new CheckpointException(
                $"{index.Label}: {Printable.Quote(property.Name)} is mapped to {Printable.Quote(property.Value.GetRawText())}; needed is the name of a file in the same folder.");
    }

    private static void AddShard(
        FileSource index, FileSource source, HashSet<string> names, List<TensorEntry> tensors, List<TensorLocation> locations)
    {
        SafeTensorsFile file = SafeTensorsReader.Read(source);
        int found = 0;
        for (int i = 0; i < file.Tensors.Count; i++)
        {
            if (names.Remove(file.Tensors[i].Name))
            {
                tensors.Add(file.Tensors[i]);
                locations.Add(file.Locations[i]);
                found++;
            }
        }

        if (names.Count > 0)
        {
            throw new CheckpointException(
                $"{index.Label}: says that {source.Label} holds {Printable.Quote(names.First())}, but it does not ({found} others are there); the files do not belong together.");
        }
    }

    private static Dictionary<string, string> ReadMetadata(JsonElement root)
    {
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        if (root.TryGetProperty("metadata", out JsonElement values) && values.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in values.EnumerateObject())
            {
                metadata.Add(property.Name, property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText());
            }
        }

        return metadata;
    }
}
