using SamTune.Evaluation.Reports;

namespace SamTune.Evaluation;

/// <summary>All scores of an evaluation.</summary>
/// <param name="Scores">One a picture, object and single prompt; "3 clicks" stands for the third corrective click.</param>
/// <param name="Clicks">Dice after each click, one series an object.</param>
/// <param name="Loose">One a picture, object and box looseness.</param>
public sealed record EvaluationResult(IReadOnlyList<ObjectScore> Scores, IReadOnlyList<ClickSeries> Clicks, IReadOnlyList<ObjectScore> Loose)
{
    /// <summary>One a volume and class, from slices predicted with boxes; empty where the data are no volumes.</summary>
    public IReadOnlyList<VolumeScore> Volumes { get; init; } = [];

    /// <summary>Collects the scores into a report.</summary>
    /// <param name="title">What was evaluated.</param>
    /// <param name="options">What was measured.</param>
    /// <param name="baselines">Trivial scores to stand beside.</param>
    public EvaluationReport ToReport(string title, EvaluationOptions options, IReadOnlyList<BaselineScore>? baselines = null) => new()
    {
        Title = title,
        SurfaceToleranceMillimetres = options.SurfaceTolerance,
        Summary = EvaluationSummary.Of(Scores),
        ClickCurve = Clicks.Count > 0 ? ClickCurve.Of(Clicks) : null,
        BoxLooseness = Loose.Count > 0 ? BoxLoosenessCurve.Of(Loose) : null,
        Volumes = Volumes,
        Baselines = baselines ?? [],
    };

    /// <summary>Mean Dice of one prompt kind, 0..1; NaN when nothing was measured with it.</summary>
    /// <param name="kind">As in <see cref="ObjectScore.PromptKind"/>.</param>
    public double MeanDice(string kind) => Scores.Where(s => s.PromptKind == kind).Select(s => s.Dice).DefaultIfEmpty(double.NaN).Average();
}
