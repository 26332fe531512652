using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Reports;

/// <summary>Everything one evaluation found: the JSON file.</summary>
public sealed record EvaluationReport
{
    /// <summary>What was evaluated, for the reader: model, adapter, data set.</summary>
    public required string Title { get; init; }

    /// <summary>Tolerance of surface Dice, in millimetres.</summary>
    public required double SurfaceToleranceMillimetres { get; init; }

    /// <summary>Confidence of every interval in the report, between 0 and 1.</summary>
    public double Confidence { get; init; } = BootstrapOptions.Default.Confidence;

    /// <summary>Scores overall, by class and by prompt kind.</summary>
    public required EvaluationSummary Summary { get; init; }

    /// <summary>Dice by clicks; null when clicks were not evaluated.</summary>
    public ClickCurve? ClickCurve { get; init; }

    /// <summary>Dice by box looseness; null when it was not evaluated.</summary>
    public BoxLoosenessCurve? BoxLooseness { get; init; }

    /// <summary>Whole volumes by class, scored in three dimensions; empty where the data are no volumes.</summary>
    public IReadOnlyList<VolumeScore> Volumes { get; init; } = [];

    /// <summary>What trivial methods score on the same objects; a model is only of use above all of them.</summary>
    public IReadOnlyList<BaselineScore> Baselines { get; init; } = [];
}

/// <summary>The score of one trivial method.</summary>
/// <param name="Name">The method in words.</param>
/// <param name="Dice">Its Dice.</param>
public sealed record BaselineScore(string Name, BootstrapInterval Dice);
