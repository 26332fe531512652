using SamTune.Data.Preprocessing;
using SamTune.Modeling;

namespace SamTune.Cli.Running;

/// <summary>What <c>--domain</c> came to.</summary>
/// <param name="Name">A domain, a mixture of them, or the base.</param>
/// <param name="Adaptation">What is handed to a predictor.</param>
/// <param name="Preprocessing">The recipe for pictures; null where none is laid down.</param>
internal sealed record ChosenDomain(string Name, IModelAdaptation Adaptation, PreprocessingSpec? Preprocessing)
{
    /// <summary>The domain that the router found nearest; null where the user chose.</summary>
    public string? Nearest { get; init; }

    /// <summary>How sure the router was of it, 0..1; null where the user chose.</summary>
    public double? Confidence { get; init; }

    /// <summary>The confidence that it needs, 0..1, below which the base is taken; null where the user chose.</summary>
    public double? Threshold { get; init; }
}
