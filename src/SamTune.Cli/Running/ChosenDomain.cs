using SamTune.Data.Preprocessing;
using SamTune.Modeling;

namespace SamTune.Cli.Running;

/// <summary>What <c>--domain</c> came to.</summary>
/// <param name="Name">A domain, a mixture of them, or the base.</param>
/// <param name="Confidence">How sure the router was of its nearest domain; null where the user chose.</param>
/// <param name="Nearest">That domain; null where the user chose.</param>
/// <param name="Threshold">The confidence below which the base is taken instead of that domain; null where the user chose.</param>
/// <param name="Adaptation">What is handed to a predictor.</param>
/// <param name="Preprocessing">The recipe for pictures; null where none is laid down.</param>
internal sealed record ChosenDomain(string Name, double? Confidence, string? Nearest, double? Threshold, IModelAdaptation Adaptation, PreprocessingSpec? Preprocessing);
