using SamTune.Data.Datasets;
using SamTune.Imaging;

namespace SamTune.Bench;

/// <summary>Pictures of noise with one square object each.</summary>
/// <param name="count">Number of pictures.</param>
/// <param name="side">Height and width, in pixels.</param>
internal sealed class RandomDataset(int count, int side) : ISegmentationDataset
{
    /// <inheritdoc/>
    public string Name => "noise";

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, string> Classes { get; } = new Dictionary<int, string> { [1] = "square" };

    /// <inheritdoc/>
    public IReadOnlyList<SampleInfo> Samples { get; } = [.. Enumerable.Range(0, count).Select(i => new SampleInfo($"{i}", $"{i}"))];

    /// <inheritdoc/>
    public Sample Load(int index)
    {
        var pixels = new byte[side * side];
        for (int y = side / 4; y < side / 2; y++)
        {
            pixels.AsSpan((y * side) + (side / 4), side / 4).Fill(1);
        }

        RgbImage picture = RandomModel.Picture(side, index);
        return new Sample(Samples[index], picture, [new ObjectMask(1, new BinaryMask(picture.Size, pixels))], Spacing: null);
    }
}
