using SamTune.Imaging;
using SkiaSharp;

namespace SamTune.Synthesis.Painting;

/// <summary>What a camera or scanner does to a scene: blur, uneven light, contrast, noise.</summary>
internal static class Finish
{
    private const int NoiseTable = 1 << 14;
    private static readonly float[] s_normal = NormalNumbers();

    /// <summary>Turns a painted bitmap into a picture.</summary>
    /// <param name="bitmap">RGBA, square.</param>
    /// <param name="grey">Whether the picture is grey.</param>
    /// <param name="random">Source of randomness.</param>
    public static RgbImage Apply(SKBitmap bitmap, bool grey, Random random)
    {
        int side = bitmap.Width;
        if (random.Next(2) == 0)
        {
            Blur(bitmap, 0.3f + 1.7f * random.NextSingle());
        }

        float[]? light = random.Next(2) == 0 ? SmoothField.Draw(side, random.Next(1, 4), random) : null;
        float lightStrength = 0.5f * random.NextSingle();
        float grain = random.Next(3) == 0 ? 0 : 25 * random.NextSingle() * random.NextSingle();
        float speckle = random.Next(4) == 0 ? 0.25f * random.NextSingle() : 0;
        float[] tone = Tone(random);
        var noise = new NoiseStream(random);
        var pixels = new byte[3 * side * side];
        Span<byte> source = bitmap.GetPixelSpan();
        for (int i = 0; i < side * side; i++)
        {
            float factor = (light is null ? 1 : 1 + lightStrength * light[i]) * (speckle > 0 ? 1 + speckle * noise.Next() : 1);
            float shared = grain > 0 ? grain * noise.Next() : 0;
            if (grey)
            {
                float level = 0.299f * source[4 * i] + 0.587f * source[4 * i + 1] + 0.114f * source[4 * i + 2];
                pixels[3 * i] = pixels[3 * i + 1] = pixels[3 * i + 2] = Byte(tone[Byte(level)] * factor + shared);
            }
            else
            {
                for (int c = 0; c < 3; c++)
                {
                    pixels[3 * i + c] = Byte(tone[source[4 * i + c]] * factor + shared);
                }
            }
        }

        return new RgbImage(new ImageSize(side, side), pixels);
    }

    private static void Blur(SKBitmap bitmap, float sigma)
    {
        using SKBitmap sharp = bitmap.Copy();
        using var canvas = new SKCanvas(bitmap);
        using SKImageFilter filter = SKImageFilter.CreateBlur(sigma, sigma, SKShaderTileMode.Clamp);
        using var paint = new SKPaint { ImageFilter = filter, BlendMode = SKBlendMode.Src };
        canvas.DrawBitmap(sharp, 0, 0, paint);
    }

    // Gamma, contrast, at times the negative; one table for all levels.
    private static float[] Tone(Random random)
    {
        double gamma = Math.Exp(1.0 * (random.NextDouble() - 0.5)), contrast = 0.4 + 0.6 * Math.Sqrt(random.NextDouble());
        double floor = 255 * (1 - contrast) * random.NextDouble();
        bool negative = random.Next(6) == 0;
        return [.. Enumerable.Range(0, 256).Select(v => (float)(floor + 255 * contrast * Math.Pow((negative ? 255 - v : v) / 255.0, gamma)))];
    }

    private static byte Byte(float value) => (byte)Math.Clamp(value + 0.5f, 0, 255);

    private static float[] NormalNumbers()
    {
        // Box and Muller 1958. The table is a constant: which entries a scene takes comes from its own stream.
        var random = new Random(20231);
        return [.. Enumerable.Range(0, NoiseTable).Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble())))];
    }

    // Normal numbers by table, with xorshift64* (Vigna 2016) to choose: a scene takes up to a hundred thousand.
    private struct NoiseStream(Random random)
    {
        private ulong _state = (ulong)random.NextInt64() | 1;

        public float Next()
        {
            _state ^= _state >> 12;
            _state ^= _state << 25;
            _state ^= _state >> 27;
            return s_normal[(int)((_state * 2685821657736338717UL) >> 50)];
        }
    }
}
