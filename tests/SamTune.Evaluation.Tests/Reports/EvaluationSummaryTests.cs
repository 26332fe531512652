using SamTune.Evaluation.Reports;
using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Tests.Reports;

public class EvaluationSummaryTests
{
    [Fact]
    public void Means_and_counts_equal_those_by_hand_overall_by_class_and_by_prompt()
    {
        var summary = EvaluationSummary.Of(
        [
            Scores.One(0.2, classId: 2, className: "b", prompt: "box"),
            Scores.One(0.4, classId: 1, className: "a", prompt: "box", group: "patient 2"),
            Scores.One(0.9, classId: 1, className: "a", prompt: "1 point"),
        ]);

        Assert.Equal(3, summary.Overall.Count);
        Assert.Equal(2, summary.Overall.GroupCount);
        Assert.Equal(0.5, summary.Overall.Dice.Interval!.Mean, 12);
        Assert.Null(summary.Overall.ClassId);
        Assert.Null(summary.Overall.PromptKind);

        Assert.Equal([(1, "a", 2), (2, "b", 1)], summary.ByClass.Select(r => (r.ClassId!.Value, r.ClassName!, r.Count)));
        Assert.Equal(0.65, summary.ByClass[0].Dice.Interval!.Mean, 12);
        Assert.Equal([("box", 2), ("1 point", 1)], summary.ByPromptKind.Select(r => (r.PromptKind!, r.Count)));
        Assert.Equal(0.3, summary.ByPromptKind[0].Dice.Interval!.Mean, 12);
        Assert.Equal(
            [(1, "box", 0.4), (1, "1 point", 0.9), (2, "box", 0.2)],
            summary.ByClassAndPromptKind.Select(r => (r.ClassId!.Value, r.PromptKind!, r.Dice.Interval!.Mean)));
    }

    [Fact]
    public void An_empty_prediction_counts_in_Dice_and_is_told_apart_in_HD95()
    {
        var summary = EvaluationSummary.Of([Scores.One(0.8, hd95: 3), Scores.One(0, hd95: double.PositiveInfinity, predictedArea: 0)]);
        Assert.Equal(0.4, summary.Overall.Dice.Interval!.Mean, 12);
        Assert.Equal(0, summary.Overall.Dice.NotFinite);
        Assert.Equal(3, summary.Overall.HausdorffDistance95.Interval!.Mean, 12);
        Assert.Equal(1, summary.Overall.HausdorffDistance95.Interval!.Count);
        Assert.Equal(1, summary.Overall.HausdorffDistance95.NotFinite);
        Assert.Equal(1, summary.Overall.EmptyPredictions);
        Assert.Equal(0, summary.Overall.EmptyTruths);
    }

    [Fact]
    public void A_metric_that_no_object_has_has_no_interval()
    {
        var summary = EvaluationSummary.Of([Scores.One(0, hd95: double.PositiveInfinity, predictedArea: 0)]);
        Assert.Equal(new MetricSummary(null, 1), summary.Overall.HausdorffDistance95);
        Assert.Equal(new MetricSummary(null, 0), summary.Overall.PredictedIou);
    }

    [Fact]
    public void Intervals_draw_groups_unless_told_otherwise()
    {
        ObjectScore[] scores = [Scores.One(0.2), Scores.One(0.3), Scores.One(0.8, group: "patient 2"), Scores.One(0.9, group: "patient 2")];
        Assert.Equal(ResamplingUnit.Group, EvaluationSummary.Of(scores).Overall.Dice.Interval!.ResampledBy);
        var single = EvaluationSummary.Of(scores, new SummaryOptions { ClusterByGroup = false });
        Assert.Equal(ResamplingUnit.Value, single.Overall.Dice.Interval!.ResampledBy);
    }

    [Fact]
    public void No_scores_are_refused() => Assert.Throws<ArgumentException>(() => EvaluationSummary.Of([]));
}
