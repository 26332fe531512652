using SamTune.Checkpoints.Layouts;

namespace SamTune.Cli.Advice;

/// <summary>What advice is given on.</summary>
/// <param name="Pictures">Pictures to learn from, validation left out.</param>
/// <param name="Domain">Name of the domain profile; null where nothing says one.</param>
/// <param name="Model">Sizes of the base.</param>
/// <param name="InputSide">Side of the input, pixels.</param>
/// <param name="MemoryBytes">Memory that may be used; null for no limit.</param>
/// <param name="Cores">Processor cores.</param>
internal sealed record AdviceRequest(int Pictures, string? Domain, SamArchitecture Model, int InputSide, long? MemoryBytes, int Cores);
