using System.Text.Json.Serialization;

namespace SamTune.Evaluation.Relevance;

/// <summary>A number for each location of the encoder's map, which covers the model's square input with the picture in the upper left corner.</summary>
/// <param name="Side">g, the side of the map, in tokens.</param>
/// <param name="Values">(g, g), row by row.</param>
public sealed record RelevanceMap(int Side, [property: JsonConverter(typeof(OneLineNumbers))] float[] Values);
