using System.Text.Json;
using SamTune.Checkpoints.Formats.SafeTensors;
using SamTune.Checkpoints.Writing;

namespace SamTune.Checkpoints;

/// <summary>Writes safetensors (https://github.com/huggingface/safetensors#format).</summary>
public static class SafeTensorsWriter
{
    private const int Alignment = 8;

    /// <summary>Writes the file atomically, streaming one tensor after the other.</summary>
    /// <param name="path">The final name; an existing file is replaced at the end. Its folder must exist.</param>
    /// <param name="tensors">
    /// The tensors; names differ. Their order is kept among those of one element size; larger elements come first, which keeps all of them aligned.
    /// </param>
    /// <param name="metadata">Texts for <c>__metadata__</c>; null or empty for none.</param>
    /// <exception cref="ArgumentException">Two tensors have the same name, or one is called <c>__metadata__</c>.</exception>
    /// <exception cref="CheckpointException">The folder is missing or not writable, or the disk is full.</exception>
    public static void Write(string path, IReadOnlyList<TensorData> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        TensorNames.CheckDistinct(tensors);
        if (tensors.Any(static tensor => tensor.Name == SafeTensorsReader.MetadataKey))
        {
            throw new ArgumentException($"A tensor cannot be called '{SafeTensorsReader.MetadataKey}'.", nameof(tensors));
        }

        TensorData[] ordered = [.. tensors.OrderByDescending(static tensor => tensor.ElementType.ByteSize())];
        byte[] header = CreateHeader(ordered, metadata);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(BitConverter.GetBytes((long)header.Length));
            stream.Write(header);
            foreach (TensorData tensor in ordered)
            {
                TensorSink.Write(stream, tensor);
            }
        });
    }

    private static byte[] CreateHeader(TensorData[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using MemoryStream header = new();
        using (Utf8JsonWriter writer = new(header))
        {
            writer.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                writer.WriteStartObject(SafeTensorsReader.MetadataKey);
                foreach ((string key, string value) in metadata)
                {
                    writer.WriteString(key, value);
                }

                writer.WriteEndObject();
            }

            long position = 0;
            foreach (TensorData tensor in tensors)
            {
                long end = position + tensor.Entry.ByteCount;
                WriteEntry(writer, tensor, position, end);
                position = end;
            }

            writer.WriteEndObject();
        }

        // Spaces after the JSON, so that the tensors begin at a multiple of eight bytes.
        while (header.Length % Alignment != 0)
        {
            header.WriteByte((byte)' ');
        }

        return header.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter writer, TensorData tensor, long begin, long end)
    {
        writer.WriteStartObject(tensor.Name);
        writer.WriteString("dtype", SafeTensorsTypes.NameOf(tensor.ElementType));
        writer.WriteStartArray("shape");
        foreach (long size in tensor.Shape)
        {
            writer.WriteNumberValue(size);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("data_offsets");
        writer.WriteNumberValue(begin);
        writer.WriteNumberValue(end);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
