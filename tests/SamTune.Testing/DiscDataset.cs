using SamTune.Data;
using SamTune.Data.Datasets;
using SamTune.Imaging;

namespace SamTune.Testing;

/// <summary>Synthetic pictures made by code: one or two bright noisy discs on a dark ground, each with its exact mask.</summary>
/// <param name="count">Number of pictures.</param>
/// <param name="seed">Which pictures.</param>
public sealed class DiscDataset(int count, long seed = 1) : ISegmentationDataset
{
    /// <inheritdoc/>
    public string Name => "discs";

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, string> Classes { get; } = new Dictionary<int, string> { [1] = "disc" };

    /// <inheritdoc/>
    public IReadOnlyList<SampleInfo> Samples { get; } = [.. Enumerable.Range(0, count).Select(i => new SampleInfo($"disc{i:d3}", $"scene{i / 4}"))];

    /// <inheritdoc/>
    public Sample Load(int index)
    {
        Random random = DerivedRandom.Create(seed, "discs", index);
        var size = new ImageSize(60 + random.Next(20), 70 + random.Next(20));
        byte[] pixels = [.. Enumerable.Range(0, size.Height * size.Width * 3).Select(_ => (byte)random.Next(60))];
        var objects = new List<ObjectMask>();
        for (int k = 0; k < 1 + index % 2; k++)
        {
            int radius = random.Next(8, 14), cx = random.Next(radius, size.Width - radius), cy = random.Next(radius, size.Height - radius);
            var mask = new byte[size.Height * size.Width];
            for (int i = 0; i < mask.Length; i++)
            {
                int dx = i % size.Width - cx, dy = i / size.Width - cy;
                if (dx * dx + dy * dy <= radius * radius)
                {
                    mask[i] = 1;
                    pixels[3 * i] = pixels[3 * i + 1] = pixels[3 * i + 2] = (byte)random.Next(170, 250);
                }
            }

            objects.Add(new ObjectMask(1, new BinaryMask(size, mask)));
        }

        return new Sample(Samples[index], new RgbImage(size, pixels), objects, null);
    }
}
