using SamTune.Evaluation.Comparison;

namespace SamTune.Evaluation.Tests.Comparison;

public sealed class GainReachTests
{
    [Fact]
    public void The_first_validation_with_95_percent_of_the_gain_is_found()
    {
        GainReach reach = GainReach.Of(Curve(0.5, 0.6, 0.689, 0.691, 0.7, 0.68));
        Assert.Equal((30, 15.0), (reach.Steps, reach.Seconds));
        Assert.Equal(0.2, reach.Gain, 12);
        Assert.Equal(0.95, reach.Share);
        Assert.Equal(10, GainReach.Of(Curve(0.5, 0.6, 0.7), share: 0.5).Steps);
    }

    [Fact]
    public void The_best_validation_has_the_whole_gain() =>
        Assert.Equal(20, GainReach.Of(Curve(0.1, 0.3, 0.1 + 0.7), share: 1).Steps);

    [Fact]
    public void A_curve_that_only_falls_has_no_gain_and_reaches_nothing()
    {
        foreach (double[] dice in new double[][] { [0.5], [0.5, 0.4, 0.3], [0.5, 0.5] })
        {
            Assert.Equal(new GainReach(0.95, 0, null, null), GainReach.Of(Curve(dice)));
        }
    }

    [Fact]
    public void A_fall_first_does_not_count_against_the_gain()
    {
        GainReach reach = GainReach.Of(Curve(0.5, 0.2, 0.6));
        Assert.Equal(0.1, reach.Gain, 12);
        Assert.Equal(20, reach.Steps);
    }

    [Fact]
    public void A_curve_without_its_start_or_a_share_beyond_the_whole_is_refused()
    {
        Assert.Throws<ArgumentException>(() => GainReach.Of([]));
        Assert.Throws<ArgumentException>(() => GainReach.Of([.. Curve(0.5, 0.6).Skip(1)]));
        Assert.Throws<ArgumentException>(() => GainReach.Of(Curve(0.5, 0.6), share: 1.1));
    }

    private static CurvePoint[] Curve(params double[] dice) => [.. dice.Select((d, i) => new CurvePoint(10 * i, 5 * i, 1 - d, d))];
}
