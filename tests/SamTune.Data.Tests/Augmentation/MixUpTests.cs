using SamTune.Data.Augmentation;

namespace SamTune.Data.Tests.Augmentation;

public sealed class MixUpTests
{
    /// <summary>Alpha, and the variance of Beta(alpha, alpha): 1 / (4 (2 alpha + 1)).</summary>
    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(4)]
    public void Shares_have_the_spread_of_the_beta_distribution_and_the_first_picture_the_larger_part(double alpha)
    {
        var random = new Random(4);
        double[] shares = [.. Enumerable.Range(0, 20_000).Select(_ => MixUp.DrawShare(alpha, random))];
        Assert.All(shares, s => Assert.InRange(s, 0.5, 1));
        // Folding at the mean 1/2 leaves the squared distance to it as it was.
        Assert.Equal(1 / (4 * (2 * alpha + 1)), shares.Average(s => (s - 0.5) * (s - 0.5)), 0.003);
    }

    [Fact]
    public void The_same_generator_state_gives_the_same_share()
        => Assert.Equal(MixUp.DrawShare(0.2, new Random(9)), MixUp.DrawShare(0.2, new Random(9)));

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Alpha_out_of_range_is_refused(double alpha)
        => Assert.Throws<ArgumentOutOfRangeException>(() => MixUp.DrawShare(alpha, new Random(1)));
}
