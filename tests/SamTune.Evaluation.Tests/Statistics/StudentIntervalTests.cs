using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Tests.Statistics;

public sealed class StudentIntervalTests
{
    /// <summary>Two-sided 95 % and 99 % points of tables of the t distribution.</summary>
    [Theory]
    [InlineData(0.95, 1, 12.706)]
    [InlineData(0.95, 2, 4.303)]
    [InlineData(0.95, 3, 3.182)]
    [InlineData(0.95, 4, 2.776)]
    [InlineData(0.95, 9, 2.262)]
    [InlineData(0.95, 30, 2.042)]
    [InlineData(0.99, 5, 4.032)]
    [InlineData(0.99, 10, 3.169)]
    public void Quantiles_are_those_of_the_tables(double confidence, int degrees, double expected)
        => Assert.Equal(expected, StudentInterval.Quantile(confidence, degrees), 0.0005);

    [Fact]
    public void The_interval_of_three_values_is_the_textbook_one()
    {
        StudentInterval interval = StudentInterval.OfMean([0.7, 0.8, 0.9]);
        Assert.Equal((0.8, 3), (Math.Round(interval.Mean, 12), interval.Count));
        // s = 0.1, t(2) = 4.3027.
        Assert.Equal(4.3027 * 0.1 / Math.Sqrt(3), interval.HalfWidth!.Value, 1e-4);
    }

    [Fact]
    public void One_value_has_a_mean_and_no_interval_and_nothing_has_neither()
    {
        Assert.Equal((0.5, null), (StudentInterval.OfMean([0.5]).Mean, StudentInterval.OfMean([0.5]).HalfWidth));
        Assert.Throws<ArgumentException>(() => StudentInterval.OfMean([]));
        Assert.Throws<ArgumentException>(() => StudentInterval.OfMean([double.NaN]));
        Assert.Throws<ArgumentException>(() => StudentInterval.OfMean([1], 1));
    }
}
