using System.Text.Json.Serialization;

namespace SamTune.Training.Caching;

/// <summary>How kept activations are stored.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CachePrecision>))]
public enum CachePrecision
{
    /// <summary>32 bits: exact.</summary>
    Fp32,

    /// <summary>16 bits with 11 of precision: values keep 3 digits, half the space. An activation with a value beyond 65504 is stored in 32 bits.</summary>
    Fp16,

    /// <summary>16 bits with 8 of precision and the range of 32: values keep 2 digits, half the space.</summary>
    Bf16,
}
