using SamTune.Evaluation.Reports;

namespace SamTune.Cli.Quickstart;

/// <summary>What the quickstart measured; every number comes from the run.</summary>
internal sealed record QuickstartReport
{
    /// <summary>Task the base was trained on.</summary>
    public required string BaseTask { get; init; }

    /// <summary>Task the methods were trained on.</summary>
    public required string AdaptedTask { get; init; }

    /// <summary>Seed of the run.</summary>
    public required long Seed { get; init; }

    /// <summary>Parameters of the base.</summary>
    public required long BaseParameters { get; init; }

    /// <summary>Seconds the base took to train.</summary>
    public required double BaseSeconds { get; init; }

    /// <summary>Dice of the base on the held-out slices of its own task, with a box.</summary>
    public required double BaseOwnDice { get; init; }

    /// <summary>Held-out slices of the adapted task.</summary>
    public required int TestSlices { get; init; }

    /// <summary>Trivial scores on the same slices.</summary>
    public required IReadOnlyList<BaselineScore> Baselines { get; init; }

    /// <summary>The base before any adaptation, on the adapted task.</summary>
    public required double ZeroShotBoxDice { get; init; }

    /// <summary>The same with one click.</summary>
    public required double ZeroShotPointDice { get; init; }

    /// <summary>One row a method.</summary>
    public required IReadOnlyList<QuickstartRow> Methods { get; init; }
}

/// <summary>One method's measurements.</summary>
/// <param name="Method">Name.</param>
/// <param name="TrainedParameters">Values trained.</param>
/// <param name="ArtifactBytes">Size of the file saved.</param>
/// <param name="Steps">Steps trained.</param>
/// <param name="Seconds">Seconds trained.</param>
/// <param name="PeakMemoryBytes">Peak resident memory while training.</param>
/// <param name="BoxDiceBefore">Zero-shot Dice with a box.</param>
/// <param name="BoxDiceAfter">Dice with a box after training, from the artifact loaded back.</param>
/// <param name="PointDiceBefore">Zero-shot Dice with one click.</param>
/// <param name="PointDiceAfter">Dice with one click after training.</param>
/// <param name="ArtifactReproduces">Whether the artifact loaded onto a fresh base predicts the same to the bit.</param>
internal sealed record QuickstartRow(
    string Method, long TrainedParameters, long ArtifactBytes, int Steps, double Seconds, long PeakMemoryBytes,
    double BoxDiceBefore, double BoxDiceAfter, double PointDiceBefore, double PointDiceAfter, bool ArtifactReproduces);
