namespace SamTune.Evaluation.Reports;

/// <summary>Scores of one selection of objects brought together: a row of the table.</summary>
public sealed record ScoreSummary
{
    /// <summary>Class of the selection; null when it holds all classes.</summary>
    public int? ClassId { get; init; }

    /// <summary>Name of the class; null when the selection holds all classes.</summary>
    public string? ClassName { get; init; }

    /// <summary>Prompt kind of the selection; null when it holds all kinds.</summary>
    public string? PromptKind { get; init; }

    /// <summary>Scored predictions.</summary>
    public required int Count { get; init; }

    /// <summary>Different groups (patients, volumes, scenes).</summary>
    public required int GroupCount { get; init; }

    /// <summary>Predictions without a pixel.</summary>
    public required int EmptyPredictions { get; init; }

    /// <summary>Truths without a pixel.</summary>
    public required int EmptyTruths { get; init; }

    /// <summary>Dice coefficient.</summary>
    public required MetricSummary Dice { get; init; }

    /// <summary>Intersection over union.</summary>
    public required MetricSummary IntersectionOverUnion { get; init; }

    /// <summary>Normalised surface Dice.</summary>
    public required MetricSummary SurfaceDice { get; init; }

    /// <summary>Hausdorff distance at the 95th percentile, millimetres, over the objects where it is finite.</summary>
    public required MetricSummary HausdorffDistance95 { get; init; }

    /// <summary>The model's own estimate, over the predictions that carry one.</summary>
    public required MetricSummary PredictedIou { get; init; }

    internal static ScoreSummary Of(IReadOnlyList<ObjectScore> scores, SummaryOptions options) => new()
    {
        Count = scores.Count,
        GroupCount = scores.Select(s => s.Group).Distinct(StringComparer.Ordinal).Count(),
        EmptyPredictions = scores.Count(s => s.PredictedArea == 0),
        EmptyTruths = scores.Count(s => s.TruthArea == 0),
        Dice = MetricSummary.Of(scores, s => s.Dice, options),
        IntersectionOverUnion = MetricSummary.Of(scores, s => s.IntersectionOverUnion, options),
        SurfaceDice = MetricSummary.Of(scores, s => s.SurfaceDice, options),
        HausdorffDistance95 = MetricSummary.Of(scores, s => s.HausdorffDistance95, options),
        PredictedIou = MetricSummary.Of(scores, s => s.PredictedIou, options),
    };
}
