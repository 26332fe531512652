using SkiaSharp;

namespace SamTune.Synthesis.Painting;

/// <summary>Fills: one colour, a gradient, or a texture of two colours.</summary>
internal static class Brush
{
    private const int TextureSide = 64;

    /// <summary>A paint for a surface of some size.</summary>
    /// <param name="colour">Main colour.</param>
    /// <param name="other">Second colour of gradients and textures.</param>
    /// <param name="bounds">Where it is painted, in pixels.</param>
    /// <param name="random">Source of randomness.</param>
    /// <returns>The paint; the caller disposes it.</returns>
    public static SKPaint Create(SKColor colour, SKColor other, SKRect bounds, Random random)
    {
        var paint = new SKPaint { Color = colour, IsAntialias = true };
        int kind = random.Next(10);
        if (kind < 4)
        {
            return paint;
        }

        // Mostly a weak second colour: an object is one thing because its surface is of a kind.
        SKColor second = Blend(colour, other, (kind < 6 ? 0.8f : 0.5f) * random.NextSingle());
        if (kind < 6)
        {
            SKPoint from = Inside(bounds, random), to = Inside(bounds, random);
            paint.Shader = random.Next(2) == 0
                ? SKShader.CreateLinearGradient(from, to, [colour, second], SKShaderTileMode.Clamp)
                : SKShader.CreateRadialGradient(from, Math.Max(2, Math.Max(bounds.Width, bounds.Height) * (0.3f + random.NextSingle())), [colour, second], SKShaderTileMode.Clamp);
            return paint;
        }

        using SKBitmap texture = Texture(colour, second, random);
        float scale = 0.3f + 2.5f * random.NextSingle() * random.NextSingle();
        SKMatrix place = SKMatrix.CreateTranslation(bounds.Left, bounds.Top)
            .PreConcat(SKMatrix.CreateRotationDegrees(360 * random.NextSingle())).PreConcat(SKMatrix.CreateScale(scale, scale));
        using SKImage image = SKImage.FromBitmap(texture);
        paint.Shader = image.ToShader(SKShaderTileMode.Mirror, SKShaderTileMode.Mirror, new SKSamplingOptions(SKFilterMode.Linear), place);
        return paint;
    }

    /// <summary>Part of the way from one colour to another.</summary>
    public static SKColor Blend(SKColor from, SKColor to, float share) => new(
        (byte)(from.Red + share * (to.Red - from.Red)), (byte)(from.Green + share * (to.Green - from.Green)), (byte)(from.Blue + share * (to.Blue - from.Blue)));

    private static SKPoint Inside(SKRect bounds, Random random) => new(bounds.Left + bounds.Width * random.NextSingle(), bounds.Top + bounds.Height * random.NextSingle());

    private static SKBitmap Texture(SKColor colour, SKColor second, Random random)
    {
        float[] shares = Shares(random);
        var bitmap = new SKBitmap(new SKImageInfo(TextureSide, TextureSide, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Span<byte> pixels = bitmap.GetPixelSpan();
        for (int i = 0; i < shares.Length; i++)
        {
            SKColor c = Blend(colour, second, shares[i]);
            (pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2], pixels[4 * i + 3]) = (c.Red, c.Green, c.Blue, 255);
        }

        return bitmap;
    }

    private static float[] Shares(Random random)
    {
        var shares = new float[TextureSide * TextureSide];
        switch (random.Next(6))
        {
            case 0: // stripes
                double period = 4 + 20 * random.NextDouble(), sharp = 1 + 6 * random.NextDouble();
                for (int i = 0; i < shares.Length; i++)
                {
                    shares[i] = (float)Math.Clamp(0.5 + sharp * 0.5 * Math.Sin(Math.Tau * (i % TextureSide) / period), 0, 1);
                }

                break;
            case 1: // checks
                int cell = random.Next(3, 17);
                for (int i = 0; i < shares.Length; i++)
                {
                    shares[i] = (i % TextureSide / cell + i / TextureSide / cell) % 2;
                }

                break;
            case 2: // grain
                for (int i = 0; i < shares.Length; i++)
                {
                    shares[i] = random.NextSingle();
                }

                break;
            default: // clouds
                float[] field = SmoothField.DrawOctaves(TextureSide, random.Next(2, 17), random.Next(1, 4), random);
                for (int i = 0; i < shares.Length; i++)
                {
                    shares[i] = Math.Clamp(0.5f + 0.5f * field[i], 0, 1);
                }

                break;
        }

        return shares;
    }
}
