using SamTune.Data.Datasets;
using SamTune.Imaging;

namespace SamTune.Data.Tests;

public sealed class SplitsTests
{
    private static readonly SplitOptions Fifths = new() { Validation = 0.2, Test = 0.2, Seed = 7 };

    [Fact]
    public void Groups_stay_whole_and_every_sample_is_in_one_part()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            FakeDataset data = new(("a", 10), ("b", 3), ("c", 12), ("d", 7), ("e", 1), ("f", 9));

            DatasetSplit split = Splits.HoldOut(data, Fifths with { Seed = seed });

            Assert.Empty(Splits.SharedGroups(split.Train, split.Validation, split.Test));
            Assert.Equal(data.Samples.Select(s => s.Id).Order(), Ids(split.Train).Concat(Ids(split.Validation)).Concat(Ids(split.Test)).Order());
            Assert.All([split.Train, split.Validation, split.Test], part => Assert.NotEmpty(part.Samples));
            Assert.Null(split.Warning);
        }
    }

    [Fact]
    public void Shares_are_met_as_well_as_whole_groups_allow()
    {
        DatasetSplit split = Splits.HoldOut(new FakeDataset([.. Enumerable.Range(0, 50).Select(i => ($"g{i:00}", 4))]), Fifths);

        Assert.Equal(40, split.Validation.Samples.Count);
        Assert.Equal(40, split.Test.Samples.Count);
    }

    [Fact]
    public void The_same_seed_gives_the_same_parts_and_another_seed_others()
    {
        FakeDataset data = new([.. Enumerable.Range(0, 20).Select(i => ($"g{i:00}", 3))]);

        Assert.Equal(Ids(Splits.HoldOut(data, Fifths).Test), Ids(Splits.HoldOut(data, Fifths).Test));
        Assert.NotEqual(Ids(Splits.HoldOut(data, Fifths).Test), Ids(Splits.HoldOut(data, Fifths with { Seed = 8 }).Test));
    }

    [Fact]
    public void One_group_is_cut_into_blocks_with_gaps_and_a_warning()
    {
        DatasetSplit split = Splits.HoldOut(new FakeDataset(("only", 100)), Fifths);

        Assert.Equal(50, split.Train.Samples.Count);
        Assert.Equal("only/49", split.Train.Samples[^1].Id);
        Assert.Equal(("only/55", "only/74"), (split.Validation.Samples[0].Id, split.Validation.Samples[^1].Id));
        Assert.Equal(("only/80", "only/99"), (split.Test.Samples[0].Id, split.Test.Samples[^1].Id));
        Assert.Contains("'only'", split.Warning);
    }

    [Fact]
    public void Of_two_groups_the_test_is_the_independent_one()
    {
        DatasetSplit split = Splits.HoldOut(new FakeDataset(("a", 40), ("b", 40)), Fifths);

        Assert.Empty(Splits.SharedGroups(split.Train, split.Test));
        Assert.NotEmpty(split.Validation.Samples);
        Assert.Contains("two groups", split.Warning);
    }

    [Fact]
    public void Too_few_samples_are_refused()
        => Assert.Contains("leave none", Assert.Throws<InputException>(() => Splits.HoldOut(new FakeDataset(("a", 5)), Fifths)).Message);

    [Fact]
    public void Nothing_held_out_leaves_everything_for_training()
    {
        DatasetSplit split = Splits.HoldOut(new FakeDataset(("a", 3)), new SplitOptions { Validation = 0, Test = 0 });

        Assert.Equal(3, split.Train.Samples.Count);
        Assert.Empty(split.Test.Samples);
    }

    [Fact]
    public void Lists_are_taken_by_name_and_mistakes_in_them_refused()
    {
        FakeDataset data = new(("a", 3), ("b", 3));

        DatasetSplit split = Splits.FromIds(data, ["a/00", "a/01"], [], ["b/02"]);

        Assert.Equal(["b/02"], Ids(split.Test));
        Assert.Equal(split.Test.Samples[0], split.Test.Load(0).Info);
        Assert.Null(split.Warning);
        Assert.Contains("1 groups", Splits.FromIds(data, ["a/00"], [], ["a/02"]).Warning);
        Assert.Contains("'a/09'", Assert.Throws<InputException>(() => Splits.FromIds(data, ["a/09"], [], [])).Message);
        Assert.Contains("listed twice", Assert.Throws<InputException>(() => Splits.FromIds(data, ["a/00"], ["a/00"], [])).Message);
        Assert.Contains("empty", Assert.Throws<InputException>(() => Splits.FromIds(data, [], ["a/00"], [])).Message);
    }

    [Theory]
    [InlineData(0.6, 0.4)]
    [InlineData(-0.1, 0.2)]
    [InlineData(double.NaN, 0.2)]
    public void Impossible_shares_are_refused(double validation, double test)
        => Assert.Throws<InputException>(() => Splits.HoldOut(new FakeDataset(("a", 5)), new SplitOptions { Validation = validation, Test = test }));

    private static IEnumerable<string> Ids(ISegmentationDataset dataset) => dataset.Samples.Select(s => s.Id);
}
