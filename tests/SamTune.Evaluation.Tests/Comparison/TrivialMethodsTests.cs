using SamTune.Data.Datasets;
using SamTune.Evaluation.Comparison;
using SamTune.Testing;

namespace SamTune.Evaluation.Tests.Comparison;

public sealed class TrivialMethodsTests
{
    [Fact]
    public void Every_object_is_scored_by_every_trivial_method()
    {
        var discs = new DiscDataset(4);
        IReadOnlyDictionary<string, IReadOnlyList<double>> scores = TrivialMethods.Measure(discs, new SubsetDataset(discs, [0], "first"));
        Assert.Equal(["box filled", "Otsu in the box", "nearest mask copied"], scores.Keys);
        Assert.All(scores.Values, s => Assert.Equal(6, s.Count));

        // A disc in its box: the area of the circle over the mean of the circle's and the square's.
        Assert.All(scores["box filled"], d => Assert.Equal(2 * (Math.PI / 4) / (1 + (Math.PI / 4)), d, 0.08));
        Assert.All(scores["Otsu in the box"], d => Assert.True(d > 0.8));
        Assert.Equal(1, scores["nearest mask copied"][0]);
    }
}
