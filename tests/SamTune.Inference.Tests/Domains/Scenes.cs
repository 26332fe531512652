using SamTune.Imaging;

namespace SamTune.Inference.Tests.Domains;

/// <summary>Pictures of clearly different domains, made by code.</summary>
internal static class Scenes
{
    /// <summary>Bright discs on black, as of a scanner.</summary>
    public static RgbImage Scan(int seed) => Make(seed, (random, x, y, c, cx, cy) =>
        (x - cx) * (x - cx) + (y - cy) * (y - cy) < 900 ? 170 + random.Next(60) : random.Next(12));

    /// <summary>Coloured stripes in daylight.</summary>
    public static RgbImage Field(int seed) => Make(seed, (random, x, y, c, cx, cy) => 90 + 40 * c + 40 * ((x + y + cx) / 9 % 2) + random.Next(20));

    /// <summary>Blue haze without edges.</summary>
    public static RgbImage Water(int seed) => Make(seed, (random, x, y, c, cx, cy) => c == 2 ? 190 + random.Next(10) : 20 + (y + cy) / 8 + random.Next(6));

    /// <summary>Noise over the whole range, of no domain.</summary>
    public static RgbImage Noise(int seed) => Make(seed, (random, x, y, c, cx, cy) => random.Next(2) * 255);

    private static RgbImage Make(int seed, Func<Random, int, int, int, int, int, int> sample)
    {
        var random = new Random(seed);
        var size = new ImageSize(90 + random.Next(20), 110);
        int cx = 30 + random.Next(50), cy = 30 + random.Next(30);
        return new RgbImage(size, [.. Enumerable.Range(0, size.Height * size.Width * 3).Select(i => (byte)Math.Clamp(sample(random, i / 3 % size.Width, i / 3 / size.Width, i % 3, cx, cy), 0, 255))]);
    }
}
