using SamTune.Data.Datasets;
using SamTune.Imaging;

namespace SamTune.Data.Tests;

public sealed class ConcatDatasetTests
{
    private static readonly ImageSize s_size = new(2, 2);

    [Fact]
    public void Samples_of_all_parts_follow_each_other_under_ids_of_their_own()
    {
        var both = new ConcatDataset([new Part("a", 2, (1, "caudate")), new Part("b", 3, (1, "putamen"))], "both");
        Assert.Equal("both", both.Name);
        Assert.Equal(["a/z0", "a/z1", "b/z0", "b/z1", "b/z2"], both.Samples.Select(s => s.Id));
        Assert.All(both.Samples, s => Assert.Equal("head", s.Group));
        Assert.Equal("b/z2", both.Load(4).Info.Id);
        Assert.Equal(2, both.Load(4).Image.Pixels[0]);
        Assert.Equal(1, both.Load(1).Image.Pixels[0]);
    }

    [Fact]
    public void Classes_of_one_name_become_one_class_and_others_get_ids_of_their_own()
    {
        var both = new ConcatDataset([new Part("a", 1, (1, "caudate"), (7, "putamen")), new Part("b", 1, (1, "putamen"), (2, "thalamus"))], "both");
        Assert.Equal(new Dictionary<int, string> { [1] = "caudate", [2] = "putamen", [3] = "thalamus" }, both.Classes);
        Assert.Equal([1, 2], both.Load(0).Objects.Select(o => o.ClassId));
        Assert.Equal([2, 3], both.Load(1).Objects.Select(o => o.ClassId));
    }

    [Fact]
    public void Parts_need_names_of_their_own_and_there_must_be_one()
    {
        Assert.Throws<ArgumentException>(() => new ConcatDataset([], "none"));
        var error = Assert.Throws<ArgumentException>(() => new ConcatDataset([new Part("a", 1, (1, "x")), new Part("a", 1, (1, "x"))], "twice"));
        Assert.Contains("twice", error.Message, StringComparison.Ordinal);
    }

    private sealed class Part(string name, int count, params (int Id, string Name)[] classes) : ISegmentationDataset
    {
        public string Name => name;

        public IReadOnlyDictionary<int, string> Classes { get; } = classes.ToDictionary(c => c.Id, c => c.Name);

        public IReadOnlyList<SampleInfo> Samples { get; } = [.. Enumerable.Range(0, count).Select(i => new SampleInfo($"z{i}", "head"))];

        // The first byte of a picture tells which one it is.
        public Sample Load(int index) => new(
            Samples[index], new RgbImage(s_size, [(byte)index, .. new byte[11]]), [.. classes.Select(c => new ObjectMask(c.Id, new BinaryMask(s_size, [1, 0, 0, 0])))], null);
    }
}
