using SamTune.Evaluation.Reports;

namespace SamTune.Evaluation.Tests.Reports;

public class CurveTests
{
    private static readonly ClickSeries[] _series =
    [
        new("a", [0.85, 0.80, 0.95]), // reaches 0.85 at once, inclusive, although it falls below again; 0.90 at click 3
        new("b", [0.10, 0.86, 0.89]), // 0.85 at click 2, never 0.90
        new("c", [0.10, 0.20, 0.30]), // neither
        new("d", [0.10, 0.20, 0.90]), // both at the last click: reached
    ];

    [Fact]
    public void Clicks_needed_equal_those_counted_by_hand()
    {
        var curve = ClickCurve.Of(_series);
        Assert.Equal([0.85, 0.90], curve.Targets.Select(t => t.Dice));
        Assert.Equal((1 + 2 + 3 + 3) / 4.0, curve.Targets[0].Clicks.Mean, 12);
        Assert.Equal((1, 0.25), (curve.Targets[0].NotReached, curve.Targets[0].ShareNotReached));
        Assert.Equal((3 + 3 + 3 + 3) / 4.0, curve.Targets[1].Clicks.Mean, 12);
        Assert.Equal((2, 0.5), (curve.Targets[1].NotReached, curve.Targets[1].ShareNotReached));
    }

    [Fact]
    public void Dice_by_click_is_the_mean_over_objects()
    {
        var curve = ClickCurve.Of(_series);
        Assert.Equal(3, curve.DiceAfterClick.Count);
        Assert.Equal((0.85 + 0.1 + 0.1 + 0.1) / 4, curve.DiceAfterClick[0].Mean, 12);
        Assert.Equal((0.95 + 0.89 + 0.3 + 0.9) / 4, curve.DiceAfterClick[2].Mean, 12);
        Assert.All(curve.DiceAfterClick, d => Assert.Equal(4, d.GroupCount));
    }

    [Fact]
    public void A_higher_target_never_needs_fewer_clicks()
    {
        var curve = ClickCurve.Of(_series, [0, 0.2, 0.5, 0.86, 0.9, 1]);
        Assert.Equal(1, curve.Targets[0].Clicks.Mean);
        Assert.All(curve.Targets.Zip(curve.Targets.Skip(1)), pair => Assert.True(pair.First.Clicks.Mean <= pair.Second.Clicks.Mean));
        Assert.Equal((3.0, 1.0), (curve.Targets[^1].Clicks.Mean, curve.Targets[^1].ShareNotReached));
    }

    [Fact]
    public void Series_of_different_lengths_and_no_series_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ClickCurve.Of([]));
        Assert.Throws<ArgumentException>(() => ClickCurve.Of([new ClickSeries("a", [])]));
        Assert.Throws<ArgumentException>(() => ClickCurve.Of([new ClickSeries("a", [0.1]), new ClickSeries("b", [0.1, 0.2])]));
    }

    [Fact]
    public void Looseness_points_rise_and_leave_out_scores_without_a_box()
    {
        var curve = BoxLoosenessCurve.Of(
        [
            Scores.One(0.6, looseness: 0.2),
            Scores.One(0.9, looseness: 0),
            Scores.One(0.1),
            Scores.One(0.8, looseness: 0, group: "patient 2"),
            Scores.One(0.7, looseness: -0.1),
        ]);
        Assert.Equal([-0.1, 0, 0.2], curve.Points.Select(p => p.Looseness));
        Assert.Equal([0.7, 0.85, 0.6], curve.Points.Select(p => Math.Round(p.Dice.Mean, 12)));
        Assert.Equal([1, 2, 1], curve.Points.Select(p => p.Dice.GroupCount));
        Assert.Throws<ArgumentException>(() => BoxLoosenessCurve.Of([Scores.One()]));
    }
}
