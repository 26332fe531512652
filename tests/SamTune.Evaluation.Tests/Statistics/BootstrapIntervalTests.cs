using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Tests.Statistics;

public class BootstrapIntervalTests
{
    [Fact]
    public void Mean_median_deviation_and_count_equal_those_by_hand()
    {
        var interval = BootstrapInterval.OfMean([2, 4, 4, 4, 5, 5, 7, 9]);
        Assert.Equal(5, interval.Mean, 12);
        Assert.Equal(4.5, interval.Median, 12);
        Assert.Equal(Math.Sqrt(32.0 / 7), interval.StandardDeviation, 12);
        Assert.Equal(8, interval.Count);
        Assert.Equal(8, interval.GroupCount);
        Assert.Equal(ResamplingUnit.Value, interval.ResampledBy);
        Assert.True(interval.Lower < 5 && 5 < interval.Upper);
    }

    [Fact]
    public void The_interval_of_two_values_is_known_exactly()
    {
        // Resample means are 0 (1/4), 0.5 (1/2), 1 (1/4): both tails of 2.5 % end inside the outer quarters.
        var interval = BootstrapInterval.OfMean([0, 1]);
        Assert.Equal(0, interval.Lower);
        Assert.Equal(1, interval.Upper);

        var half = BootstrapInterval.OfMean([0, 1], new BootstrapOptions { Confidence = 0.3 });
        Assert.Equal(0.5, half.Lower);
        Assert.Equal(0.5, half.Upper);
    }

    [Fact]
    public void A_mean_of_means_counts_every_stratum_the_same_and_draws_within_each()
    {
        // A stratum without spread adds none, however many values it has.
        var interval = BootstrapInterval.OfMeanOfMeans([[0, 1], [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]]);
        Assert.Equal(0.5, interval.Mean, 12);
        Assert.Equal((0.25, 0.75), (interval.Lower, interval.Upper));
        Assert.Equal((8, 2, ResamplingUnit.ValueWithinStratum), (interval.Count, interval.GroupCount, interval.ResampledBy));

        Assert.Equal(0.75, BootstrapInterval.OfMeanOfMeans([[1], [0, 1]]).Mean, 12);
        Assert.Throws<ArgumentException>(() => BootstrapInterval.OfMeanOfMeans([[1], []]));
        Assert.Throws<ArgumentException>(() => BootstrapInterval.OfMeanOfMeans([]));
    }

    [Fact]
    public void A_single_value_is_its_own_interval()
    {
        var interval = BootstrapInterval.OfMean([0.7]);
        Assert.Equal((0.7, 0.7, 0.7, 0.0), (interval.Mean, interval.Lower, interval.Upper, interval.StandardDeviation));
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval_and_another_seed_another()
    {
        double[] values = Normal(new Random(4), 40);
        var options = new BootstrapOptions { Seed = 11 };
        Assert.Equal(BootstrapInterval.OfMean(values, options), BootstrapInterval.OfMean(values, options));
        Assert.NotEqual(BootstrapInterval.OfMean(values, options), BootstrapInterval.OfMean(values, options with { Seed = 12 }));
    }

    [Fact]
    public void The_interval_agrees_with_the_normal_approximation_for_many_values()
    {
        double[] values = Normal(new Random(5), 400);
        var interval = BootstrapInterval.OfMean(values);
        double halfWidth = 1.959964 * interval.StandardDeviation / Math.Sqrt(400);
        Assert.Equal(interval.Mean - halfWidth, interval.Lower, halfWidth * 0.1);
        Assert.Equal(interval.Mean + halfWidth, interval.Upper, halfWidth * 0.1);
    }

    [Fact]
    public void The_95_percent_interval_holds_the_true_mean_about_95_times_in_a_hundred()
    {
        var random = new Random(6);
        var options = new BootstrapOptions { Resamples = 1000 };
        int held = 0;
        const int Trials = 500;
        for (int trial = 0; trial < Trials; trial++)
        {
            var interval = BootstrapInterval.OfMean(Normal(random, 40), options with { Seed = trial });
            held += interval.Lower <= 0 && 0 <= interval.Upper ? 1 : 0;
        }

        // Percentile intervals of 40 values hold a little less than they say; four standard errors of 500 trials are 0.04.
        Assert.InRange((double)held / Trials, 0.90, 0.985);
    }

    [Fact]
    public void Drawing_groups_holds_the_true_mean_where_drawing_values_does_not()
    {
        // 20 patients of 10 slices; slices of a patient are nearly alike.
        var random = new Random(7);
        var options = new BootstrapOptions { Resamples = 500 };
        string[] groups = [.. Enumerable.Range(0, 200).Select(i => $"patient {i / 10}")];
        int heldByGroup = 0, heldByValue = 0;
        const int Trials = 300;
        for (int trial = 0; trial < Trials; trial++)
        {
            double[] patients = Normal(random, 20);
            double[] noise = Normal(random, 200);
            double[] values = [.. noise.Select((n, i) => patients[i / 10] + 0.2 * n)];
            var byGroup = BootstrapInterval.OfMean(values, groups, options with { Seed = trial });
            var byValue = BootstrapInterval.OfMean(values, options with { Seed = trial });
            Assert.Equal((ResamplingUnit.Group, 20, 200), (byGroup.ResampledBy, byGroup.GroupCount, byGroup.Count));
            heldByGroup += byGroup.Lower <= 0 && 0 <= byGroup.Upper ? 1 : 0;
            heldByValue += byValue.Lower <= 0 && 0 <= byValue.Upper ? 1 : 0;
        }

        Assert.InRange((double)heldByGroup / Trials, 0.87, 0.99);
        Assert.InRange((double)heldByValue / Trials, 0, 0.65);
    }

    [Fact]
    public void Groups_of_one_value_each_are_the_same_as_no_groups()
    {
        double[] values = Normal(new Random(8), 30);
        var byGroup = BootstrapInterval.OfMean(values, [.. Enumerable.Range(0, 30).Select(i => $"{i}")]);
        Assert.Equal(BootstrapInterval.OfMean(values), byGroup with { ResampledBy = ResamplingUnit.Value });
    }

    [Fact]
    public void A_large_group_weighs_by_its_values()
    {
        // The mean is over values, not over groups: 3 of 4 values are 1.
        var interval = BootstrapInterval.OfMean([1, 1, 1, 0], ["a", "a", "a", "b"]);
        Assert.Equal(0.75, interval.Mean, 12);
        Assert.Equal((0.0, 1.0), (interval.Lower, interval.Upper));
    }

    [Fact]
    public void A_single_group_draws_values_and_says_so()
    {
        var interval = BootstrapInterval.OfMean([0.1, 0.5, 0.9], ["a", "a", "a"]);
        Assert.Equal((ResamplingUnit.Value, 1, 3), (interval.ResampledBy, interval.GroupCount, interval.Count));
        Assert.True(interval.Lower < interval.Upper);
    }

    [Fact]
    public void Nothing_infinity_missing_groups_and_options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentException>(() => BootstrapInterval.OfMean([]));
        Assert.Throws<ArgumentException>(() => BootstrapInterval.OfMean([1, double.PositiveInfinity]));
        Assert.Throws<ArgumentException>(() => BootstrapInterval.OfMean([1, double.NaN]));
        Assert.Throws<ArgumentException>(() => BootstrapInterval.OfMean([1, 2], ["a"]));
        Assert.Throws<ArgumentException>(() => BootstrapInterval.OfMean([1, 2], new BootstrapOptions { Resamples = 0 }));
        Assert.Throws<ArgumentException>(() => BootstrapInterval.OfMean([1, 2], new BootstrapOptions { Confidence = 1 }));
    }

    // Box and Muller 1958.
    private static double[] Normal(Random random, int count) =>
    [
        .. Enumerable.Range(0, count).Select(
            _ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())),
    ];
}
