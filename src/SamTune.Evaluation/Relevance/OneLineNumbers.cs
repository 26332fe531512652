using System.Text.Json;
using System.Text.Json.Serialization;

namespace SamTune.Evaluation.Relevance;

/// <summary>Writes an array on one line even in indented JSON, where thousands of numbers would fill thousands of lines.</summary>
internal sealed class OneLineNumbers : JsonConverter<float[]>
{
    public override float[]? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<float[]>(ref reader);

    public override void Write(Utf8JsonWriter writer, float[] value, JsonSerializerOptions options) =>
        writer.WriteRawValue(JsonSerializer.SerializeToUtf8Bytes(value));
}
