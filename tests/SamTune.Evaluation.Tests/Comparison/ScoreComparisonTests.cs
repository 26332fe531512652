using SamTune.Evaluation.Comparison;
using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Tests.Comparison;

public sealed class ScoreComparisonTests
{
    [Fact]
    public void A_gain_is_taken_object_by_object_so_that_hard_objects_do_not_widen_it()
    {
        IReadOnlyList<ComparedScore> scores = ScoreComparison.Of([Comparisons.Set("a", SubjectKind.Other, Comparisons.Claimed)]);
        ComparedScore full = scores.Single(s => s is { Set: "a", Method: "full", Prompt: "box" });

        // Objects differ by 0.1, the gain by nothing.
        Assert.True(full.Dice.Upper - full.Dice.Lower > 0.05);
        Assert.Equal(0.8, full.Dice.Mean, 12);
        Assert.Equal(0.4, full.Gain!.Mean, 12);
        Assert.Equal(full.Gain.Lower, full.Gain.Upper, 12);
        Assert.Null(scores.Single(s => s is { Set: "a", Method: "zero-shot", Prompt: "box" }).Gain);
    }

    [Fact]
    public void The_mean_over_sets_counts_every_set_the_same_and_keeps_subjects_apart()
    {
        SetScores large = Comparisons.Set("large", SubjectKind.Other, _ => 0.8);
        large = large with { ByMethod = large.ByMethod.ToDictionary(m => m.Key, m => (IReadOnlyList<Evaluation.Reports.ObjectScore>)[.. m.Value, .. m.Value.Select(s => s with { ObjectIndex = s.ObjectIndex + 9 })]) };
        IReadOnlyList<ComparedScore> scores = ScoreComparison.Of([large, Comparisons.Set("small", SubjectKind.Other, _ => 0.4), Comparisons.Set("same", SubjectKind.Same, _ => 0.2)]);
        ComparedScore other = scores.Single(s => s is { Set: null, Subject: SubjectKind.Other, Method: "lora", Prompt: "box" });
        Assert.Equal(0.6, other.Dice.Mean, 12);
        Assert.Equal((9, ResamplingUnit.ValueWithinStratum), (other.Dice.Count, other.Dice.ResampledBy));
        Assert.Equal(0.2, scores.Single(s => s is { Set: null, Subject: SubjectKind.Same, Method: "lora", Prompt: "box" }).Dice.Mean, 12);
        Assert.Equal((2 + 3) * 5 * 2, scores.Count);
    }

    [Fact]
    public void Methods_measured_on_other_objects_are_not_compared()
    {
        SetScores set = Comparisons.Set("a", SubjectKind.Same, Comparisons.Claimed);
        var methods = set.ByMethod.ToDictionary(m => m.Key, m => m.Key == "lora" ? [.. m.Value.Select(s => s with { SampleId = "elsewhere" })] : m.Value);
        var error = Assert.Throws<ArgumentException>(() => ScoreComparison.Of([set with { ByMethod = methods }]));
        Assert.Contains("lora", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Trivial_scores_come_by_set_and_by_subject()
    {
        IReadOnlyList<TrivialScore> trivial = ScoreComparison.Trivial([Comparisons.Set("a", SubjectKind.Same, Comparisons.Claimed), Comparisons.Set("b", SubjectKind.Other, Comparisons.Claimed)]);
        Assert.Equal(8, trivial.Count);
        Assert.Equal(0.4, trivial.Single(t => t is { Name: "box filled", Set: "b" }).Dice.Mean, 12);
        Assert.Equal(0.1, trivial.Single(t => t is { Name: "nearest mask copied", Set: null, Subject: SubjectKind.Same }).Dice.Mean, 12);
    }
}
