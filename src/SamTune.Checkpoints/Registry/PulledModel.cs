namespace SamTune.Checkpoints.Registry;

/// <summary>A model in the cache.</summary>
/// <param name="Entry">What the registry says.</param>
/// <param name="Path">Full path of the file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256, computed now; 64 lower-case hexadecimal digits.</param>
/// <param name="Verified">Whether the registry names this hash; otherwise it was recorded at the first download.</param>
/// <param name="Downloaded">Whether it was downloaded now.</param>
public sealed record PulledModel(RegistryEntry Entry, string Path, long Bytes, string Sha256, bool Verified, bool Downloaded);
