using SamTune.Data.Datasets;
using SamTune.Imaging;

namespace SamTune.Data.Tests;

/// <summary>Samples without pixels: a group and how many samples it has.</summary>
internal sealed class FakeDataset(params (string Group, int Count)[] groups) : ISegmentationDataset
{
    public string Name => "fake";

    public IReadOnlyDictionary<int, string> Classes { get; } = new Dictionary<int, string> { [1] = "object" };

    public IReadOnlyList<SampleInfo> Samples { get; } =
        [.. groups.SelectMany(g => Enumerable.Range(0, g.Count).Select(i => new SampleInfo($"{g.Group}/{i:00}", g.Group)))];

    public Sample Load(int index) => new(Samples[index], new RgbImage(new ImageSize(1, 1), [0, 0, 0]), [], null);
}
