namespace SamTune.Checkpoints.Formats.SafeTensors;

/// <summary>What the header of one safetensors file says, checked against the file.</summary>
internal sealed record SafeTensorsFile(
    IReadOnlyList<TensorEntry> Tensors,
    IReadOnlyList<TensorLocation> Locations,
    IReadOnlyDictionary<string, string> Metadata);
